// SPDX-License-Identifier: Apache-2.0

/// The categories that a step knows, in the order of their codes: unique, each within the limits.
///
/// Rare ones may be gathered: the last name is `rareName` then, whose code each of them has.
package struct CategoryList: Sendable, Equatable {
    /// What the category is called in which rare ones are gathered.
    package static let rareName = "(rare)"

    /// The names, by code.
    package let names: [String]
    /// The categories that the last name stands for; empty where none are gathered.
    package let rare: [String]
    private let index: ByteStringIndex

    /// - Throws: `PreprocessorError` if they are too many, too long, or one is there twice.
    package init(
        _ names: [String],
        rare: [String] = [],
        of feature: String,
        countMax: Int
    ) throws(PreprocessorError) {
        guard names.count <= countMax else {
            throw .tooManyCategories(feature: feature, count: names.count, limit: countMax)
        }
        guard rare.count <= TableLimits.categoryCountMax else {
            throw .tooManyCategories(
                feature: feature,
                count: rare.count,
                limit: TableLimits.categoryCountMax
            )
        }
        guard rare.isEmpty || names.last == Self.rareName else {
            throw .categoryOrder(feature: feature)
        }
        let all = names + rare
        for name in all where name.utf8.count > TableLimits.categoryBytesMax {
            throw .categoryTooLong(feature: feature, bytes: name.utf8.count)
        }
        // Compared by bytes: Swift's `==` also equates canonically equivalent spellings.
        var seen: Set<[UInt8]> = []
        for name in all where !seen.insert(Array(name.utf8)).inserted {
            throw .categoryTwice(feature: feature, category: name)
        }
        self.names = names
        self.rare = rare
        index = ByteStringIndex(all.map { Array($0.utf8) })
    }

    /// The code of a category, or nil if it is none of them.
    package func index(of name: String) -> Int? {
        let bytes = Array(name.utf8)
        return index.place(of: bytes.span, 0..<bytes.count).map { min($0, names.count - 1) }
    }

    /// Maps the codes of a table with another vocabulary to these.
    /// - Returns: an entry for each code of the table and one more, for a missing category; all
    ///   that are not known are nil.
    func codes(of vocabulary: [String]) -> [Int?] { vocabulary.map { index(of: $0) } + [nil] }

    /// The categories of `vocabulary` that occur among `codes`, in its order.
    /// - Parameter rareBelow: those with a smaller share of the codes, missing ones counted, are
    ///   gathered, as scikit-learn's `min_frequency` gathers them; nil: none are.
    static func seen(
        _ codes: [UInt16],
        _ vocabulary: [String],
        rareBelow: Double? = nil
    ) -> (names: [String], rare: [String]) {
        var counts = [Int](repeating: 0, count: vocabulary.count + 1)
        for code in codes { counts[min(Int(code), vocabulary.count)] += 1 }
        let least = (rareBelow ?? 0) * Double(codes.count)
        let seen = vocabulary.indices.filter { counts[$0] > 0 }
        let rare = seen.filter { Double(counts[$0]) < least }.map { vocabulary[$0] }
        let names = seen.filter { Double(counts[$0]) >= least }.map { vocabulary[$0] }
        return (names + (rare.isEmpty ? [] : [rareName]), rare)
    }
}
