// SPDX-License-Identifier: Apache-2.0

package import Logging

/// A handler for swift-log that writes JSON or readable lines, with what the current request's
/// context adds: its id, and its trace.
package struct StructuredLogHandler: LogHandler {
    /// The least severity that is written.
    package var logLevel: Logger.Level
    /// What all lines of this logger carry.
    package var metadata: Logger.Metadata = [:]
    /// Adds the request's id and trace.
    package var metadataProvider: Logger.MetadataProvider? = .requestContext
    private let label: String
    private let output: LogOutput

    /// - Parameters:
    ///   - label: the name of the logger.
    ///   - level: the least severity that is written.
    package init(label: String, level: Logger.Level, output: LogOutput) {
        self.label = label
        logLevel = level
        self.output = output
    }

    /// One value that all lines of this logger carry.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a line, unless its message comes too often.
    package func log(event: LogEvent) {
        let message = event.message.description
        guard let suppressed = output.admit(message) else { return }
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let given = event.metadata { all.merge(given) { _, new in new } }
        if let error = event.error { all["error"] = "\(error)" }
        if suppressed > 0 { all["suppressed"] = "\(suppressed)" }
        output.emit(
            LogLine(
                time: .now(),
                level: event.level,
                label: label,
                message: message,
                metadata: all.map { (key: $0.key, value: "\($0.value)") }
                    .sorted { $0.key < $1.key }
            )
        )
    }
}

extension Logger {
    /// A logger of this process.
    package init(_ label: String, level: Logger.Level, output: LogOutput) {
        self.init(label: label) { StructuredLogHandler(label: $0, level: level, output: output) }
    }
}
