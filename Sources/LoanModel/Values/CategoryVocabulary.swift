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

    /// What a text stands for.
    package enum Match: Sendable, Equatable {
        /// The category at this place among the model's.
        case known(Int)
        /// A category that is given and not among the model's.
        case unknown
        /// No value.
        case missing
    }

    /// Bytes of the longest text that is read. A category has less; a longer text is unknown.
    package static let textBytesMax = 4_096
    /// The code of a category that is missing.
    package static let missing: UInt8 = 255
    /// The code of a category that is given and not among the model's.
    package static let unknown: UInt8 = 254
    /// A category that is given and unknown, where categories travel as numbers: a NaN, so that a
    /// model takes it for missing, with bits of its own, so that it can be counted.
    package static let unknownNumber = Float(nan: 1, signaling: false)

    /// What texts are compared with once the blanks around them are gone; one for each category.
    package let spellings: [String]
    private let index: ByteStringIndex

    /// - Parameters:
    ///   - categories: the model's, in the order of their codes. Where training has kept blanks
    ///     around one, texts without them are the same category.
    ///   - rare: texts that stand for the last of them.
    package init(_ categories: [String], rare: [String] = []) {
        let exact = (categories + rare).map { Array($0.utf8) }
        let trimmed = exact.map { bytes in
            let range = Blank.trimmed(bytes.span, 0..<bytes.count)
            return MissingMarker.matches(bytes.span, range) ? bytes : Array(bytes[range])
        }
        // Of two that differ in blanks only, the one without them is meant.
        var taken = Set(exact)
        let bytes = zip(exact, trimmed).map { exact, trimmed in
            taken.insert(trimmed).inserted ? trimmed : exact
        }
        spellings = bytes.prefix(categories.count).map { String(decoding: $0, as: UTF8.self) }
        index = ByteStringIndex(bytes)
    }

    /// Number of categories.
    package var count: Int { spellings.count }

    /// Whether a number is that of an unknown category.
    @inline(__always)
    package static func isUnknown(_ number: Float) -> Bool {
        number.bitPattern == unknownNumber.bitPattern
    }

    /// What the text at `range` stands for.
    package func match(
        of text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) throws(Failure) -> Match {
        guard range.count <= Self.textBytesMax else { throw .tooLong }
        let trimmed = Blank.trimmed(text, range)
        if let place = index.place(of: text, trimmed) { return .known(min(place, count - 1)) }
        if MissingMarker.matches(text, trimmed) { return .missing }
        for index in range where text[index] == 0 { throw .nul }
        guard String(validating: range.map { text[$0] }, as: UTF8.self) != nil else {
            throw .invalidUTF8
        }
        return .unknown
    }

    /// What a whole text stands for.
    package func match(of text: String) throws(Failure) -> Match {
        let bytes = Array(text.utf8)
        return try match(of: bytes.span, 0..<bytes.count)
    }

    /// The code of the text at `range`: of a category, `missing` or `unknown`.
    /// - Precondition: the feature travels as codes, so that it has few categories.
    package func code(
        of text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) throws(Failure) -> UInt8 {
        switch try match(of: text, range) {
        case .known(let place): UInt8(place)
        case .unknown: Self.unknown
        case .missing: Self.missing
        }
    }

    /// The code of a whole text.
    /// - Precondition: as above.
    package func code(of text: String) throws(Failure) -> UInt8 {
        let bytes = Array(text.utf8)
        return try code(of: bytes.span, 0..<bytes.count)
    }

    /// The text at `range` as a number: the code of a category, NaN, or `unknownNumber`.
    package func number(
        of text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) throws(Failure) -> Float {
        switch try match(of: text, range) {
        case .known(let place): Float(place)
        case .unknown: Self.unknownNumber
        case .missing: .nan
        }
    }
}
