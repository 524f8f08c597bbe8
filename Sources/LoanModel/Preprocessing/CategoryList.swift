// SPDX-License-Identifier: Apache-2.0

/// The categories that a step knows, in the order of their codes: unique, each within the limits.
package struct CategoryList: Sendable, Equatable {
    /// The names, by code.
    package let names: [String]
    private let index: ByteStringIndex

    /// - Throws: `PreprocessorError` if they are too many, too long, or one is there twice.
    package init(
        _ names: [String],
        of feature: String,
        countMax: Int
    ) throws(PreprocessorError) {
        guard names.count <= countMax else {
            throw .tooManyCategories(feature: feature, count: names.count, limit: countMax)
        }
        for name in names where name.utf8.count > TableLimits.categoryBytesMax {
            throw .categoryTooLong(feature: feature, bytes: name.utf8.count)
        }
        // Compared by bytes: Swift's `==` also equates canonically equivalent spellings.
        var seen: Set<[UInt8]> = []
        for name in names where !seen.insert(Array(name.utf8)).inserted {
            throw .categoryTwice(feature: feature, category: name)
        }
        self.names = names
        index = ByteStringIndex(names.map { Array($0.utf8) })
    }

    /// The code of a category, or nil if it is none of them.
    package func index(of name: String) -> Int? {
        let bytes = Array(name.utf8)
        return index.place(of: bytes.span, 0..<bytes.count)
    }

    /// Maps the codes of a table with another vocabulary to these.
    /// - Returns: an entry for each code of the table and one more, for a missing category; all
    ///   that are not known are nil.
    func codes(of vocabulary: [String]) -> [Int?] { vocabulary.map { index(of: $0) } + [nil] }

    /// The categories of `vocabulary` that occur among `codes`, in its order.
    static func seen(_ codes: [UInt16], _ vocabulary: [String]) -> [String] {
        var isSeen = [Bool](repeating: false, count: vocabulary.count + 1)
        for code in codes { isSeen[min(Int(code), vocabulary.count)] = true }
        return vocabulary.indices.filter { isSeen[$0] }.map { vocabulary[$0] }
    }
}
