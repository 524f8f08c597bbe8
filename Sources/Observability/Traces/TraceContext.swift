// SPDX-License-Identifier: Apache-2.0

/// Who called, across services: W3C's `traceparent`, version 00
/// (https://www.w3.org/TR/trace-context/).
package struct TraceContext: Sendable, Equatable {
    /// 32 hexadecimal digits in lower case, not all zero: one for the whole trace.
    package let traceID: String
    /// 16 hexadecimal digits in lower case, not all zero: the caller's span.
    package let spanID: String
    /// Whether the caller keeps this trace.
    package let isSampled: Bool

    /// The name of the header.
    package static let headerName = "traceparent"

    private init(traceID: String, spanID: String, isSampled: Bool) {
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
    }

    /// Reads a header; nil for an invalid one, which W3C asks to ignore.
    package init?(traceparent: String) {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, Self.isHexadecimal(parts[0], 2), parts[0] != "ff",
            Self.isHexadecimal(parts[1], 32), parts[1].contains(where: { $0 != "0" }),
            Self.isHexadecimal(parts[2], 16), parts[2].contains(where: { $0 != "0" }),
            Self.isHexadecimal(parts[3], 2), let flags = UInt8(parts[3], radix: 16),
            // A later version may say more; this one may not.
            parts.count == 4 || parts[0] != "00"
        else { return nil }
        self.init(
            traceID: String(parts[1]),
            spanID: String(parts[2]),
            isSampled: flags & 1 == 1
        )
    }

    /// The header that says this.
    package var traceparent: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }

    /// The context of a new span below this one.
    func child() -> TraceContext {
        TraceContext(traceID: traceID, spanID: RequestID.new(), isSampled: isSampled)
    }

    private static func isHexadecimal(_ text: Substring, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
