// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// One line of a log. Whatever a caller smuggled into a value stays inside that value: control
/// characters, line ends and terminal sequences are escaped.
struct LogLine {
    let time: WallTime
    let level: Logger.Level
    let label: String
    let message: String
    /// Sorted by key.
    let metadata: [(key: String, value: String)]

    /// The line with its end.
    func encoded(as format: LogFormat) -> [UInt8] {
        var line: [UInt8] = []
        switch format {
        case .json: encodeJSON(to: &line)
        case .text: encodeText(to: &line)
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private func encodeJSON(to line: inout [UInt8]) {
        line += #"{"time":""#.utf8
        line += time.description.utf8
        line += #"","level":""#.utf8
        line += level.rawValue.utf8
        line += #"","logger":"#.utf8
        Self.quote(label, to: &line)
        line += #","message":"#.utf8
        Self.quote(message, to: &line)
        for (key, value) in metadata {
            line += ",".utf8
            Self.quote(key, to: &line)
            line += ":".utf8
            Self.quote(value, to: &line)
        }
        line += "}".utf8
    }

    private func encodeText(to line: inout [UInt8]) {
        line += "\(time) \(level.rawValue) \(label): ".utf8
        Self.escape(message, to: &line)
        for (key, value) in metadata {
            line += " ".utf8
            Self.escape(key, to: &line)
            line += "=".utf8
            let isWord = !value.isEmpty && !value.utf8.contains { $0 == 0x20 || $0 == 0x22 }
            if isWord { Self.escape(value, to: &line) } else { Self.quote(value, to: &line) }
        }
    }

    private static func quote(_ text: String, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        escape(text, to: &line)
        line.append(UInt8(ascii: "\""))
    }

    /// Escapes as JSON does; C1 controls and line separators too, which terminals and log viewers
    /// act on.
    private static func escape(_ text: String, to line: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: line += "\\\"".utf8
            case 0x5C: line += "\\\\".utf8
            case 0x0A: line += "\\n".utf8
            case 0x0D: line += "\\r".utf8
            case 0x09: line += "\\t".utf8
            case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029:
                let digits = String(scalar.value, radix: 16)
                line += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
            default: line += String(scalar).utf8
            }
        }
    }
}
