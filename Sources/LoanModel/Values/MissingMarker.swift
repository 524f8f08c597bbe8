// SPDX-License-Identifier: Apache-2.0

/// The texts that mean "no value": those pandas' `read_csv` takes for missing by default.
enum MissingMarker {
    private static let texts: [[UInt8]] = [
        "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
        "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
    ].map { (text: String) in Array(text.utf8) }
    /// Bytes of the longest of them.
    private static let bytesMax = 8

    /// Whether the bytes of `range` mean that there is no value; an empty cell does.
    static func matches(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return true }
        guard range.count <= bytesMax else { return false }
        switch bytes[range.lowerBound] {
        case UInt8(ascii: "#"), UInt8(ascii: "-"), UInt8(ascii: "1"), UInt8(ascii: "<"),
            UInt8(ascii: "N"), UInt8(ascii: "n"):
            break
        default: return false
        }
        return texts.contains { text in
            text.count == range.count
                && text.indices.allSatisfy { text[$0] == bytes[range.lowerBound + $0] }
        }
    }
}
