// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// How a table in CSV is written.
package struct CSVDialect: Sendable, Equatable {
    /// The separators that a header is searched for.
    static let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]

    /// The byte between two fields: a comma, a semicolon or a tab; nil: the one that the header has
    /// most of.
    package var separator: UInt8?
    /// The byte before the decimals of a number.
    package var decimalMark = UInt8(ascii: ".")

    /// Fields are separated by commas, decimals by a point.
    package static let standard = CSVDialect(separator: UInt8(ascii: ","))

    /// - Parameters:
    ///   - separator: nil: the one that the header has most of.
    ///   - hasDecimalComma: whether a comma comes before decimals, so that another separator does
    ///     the rest.
    package init(separator: UInt8? = nil, hasDecimalComma: Bool = false) {
        self.separator = separator
        if hasDecimalComma { decimalMark = UInt8(ascii: ",") }
    }

    /// The dialect of a table with this header.
    func settled(by header: borrowing Span<UInt8>, _ range: Range<Int>) -> CSVDialect {
        guard separator == nil else { return self }
        var counts = [Int](repeating: 0, count: Self.separators.count)
        var isQuoted = false
        for index in range {
            if header[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard !isQuoted, let place = Self.separators.firstIndex(of: header[index]) else {
                continue
            }
            counts[place] += 1
        }
        var settled = self
        let most = counts.max() ?? 0
        settled.separator = Self.separators[counts.firstIndex(of: most) ?? 0]
        return settled
    }

    /// A field with a point where decimals begin.
    func withPoint(_ field: [UInt8]) -> [UInt8] {
        decimalMark == UInt8(ascii: ",")
            ? field.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 } : field
    }

    /// Whether a field, with a point where decimals begin, is a number.
    static func isNumber(_ field: [UInt8]) -> Bool {
        let range = Blank.trimmed(field.span, 0..<field.count)
        guard case .number = DecimalNumber.double(field.span, range) else { return false }
        return true
    }

    /// The byte between two fields, once it is settled.
    var comma: UInt8 { separator ?? UInt8(ascii: ",") }
}
