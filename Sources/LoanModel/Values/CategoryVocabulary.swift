// SPDX-License-Identifier: Apache-2.0

/// The categories of one feature as a model knows them: turns the texts of requests into codes, in
/// every transport alike. `docs/values.md` has the rules.
package struct CategoryVocabulary: Sendable, Equatable {
    /// Why a text is no category at all.
    package enum Failure: Error, Equatable {
        /// Longer than `textBytesMax`.
        case tooLong
        /// A byte of it is 0.
        case nul
        case invalidUTF8
    }

    /// Bytes of the longest text that is read. A category has less; a longer text is unknown.
    package static let textBytesMax = 4_096
    /// The code of a category that is missing.
    package static let missing = CategoryColumn.missing
    /// The code of a category that is given and not among the model's.
    package static let unknown: UInt8 = 254

    /// What texts are compared with once the blanks around them are gone; one for each category.
    package let spellings: [String]
    private let bytes: [[UInt8]]

    /// - Parameter categories: the model's, in the order of their codes. Where training has kept
    ///   blanks around one, texts without them are the same category.
    package init(_ categories: [String]) {
        let trimmed = categories.map { category in
            let bytes = Array(category.utf8)
            let range = Blank.trimmed(bytes.span, 0..<bytes.count)
            return MissingMarker.matches(bytes.span, range) ? bytes : Array(bytes[range])
        }
        // Of two that differ in blanks only, the one without them is meant.
        bytes = zip(categories, trimmed).enumerated().map { index, pair in
            let exact = Array(pair.0.utf8)
            let isTaken =
                categories.contains { $0.utf8.elementsEqual(pair.1) }
                || trimmed[..<index].contains(pair.1)
            return isTaken ? exact : pair.1
        }
        spellings = bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The code of the text at `range`: of a category, `missing` or `unknown`.
    package func code(
        of text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) throws(Failure) -> UInt8 {
        guard range.count <= Self.textBytesMax else { throw .tooLong }
        let trimmed = Blank.trimmed(text, range)
        for (code, name) in bytes.enumerated() where Self.equal(text, trimmed, name) {
            return UInt8(truncatingIfNeeded: code)
        }
        if MissingMarker.matches(text, trimmed) { return Self.missing }
        for index in range where text[index] == 0 { throw .nul }
        guard String(validating: range.map { text[$0] }, as: UTF8.self) != nil else {
            throw .invalidUTF8
        }
        return Self.unknown
    }

    /// The code of a whole text.
    package func code(of text: String) throws(Failure) -> UInt8 {
        let bytes = Array(text.utf8)
        return try code(of: bytes.span, 0..<bytes.count)
    }

    @inline(__always)
    private static func equal(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ name: [UInt8]
    ) -> Bool {
        guard name.count == range.count else { return false }
        for offset in 0..<name.count where text[range.lowerBound + offset] != name[offset] {
            return false
        }
        return true
    }
}
