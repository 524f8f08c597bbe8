// SPDX-License-Identifier: Apache-2.0

package import Logging

/// Begins spans that end in the log, for traces that a caller asked to keep (the sampled flag of
/// its `traceparent`). All others cost a look at the context.
package struct LogTracer: Sendable {
    private let logger: Logger

    /// - Parameter logger: takes a line for each span.
    package init(logger: Logger) { self.logger = logger }

    /// A span of a request, which begins here; nil where its caller has no trace.
    package func span(_ name: String, in context: RequestContext) -> LogSpan? {
        guard let trace = context.trace else { return nil }
        return LogSpan(name, in: context, below: trace, logger: trace.isSampled ? logger : nil)
    }
}
