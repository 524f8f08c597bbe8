// SPDX-License-Identifier: Apache-2.0

/// A column of categories: one code per row, and the names the codes stand for.
package struct CategoryColumn: Sendable, Equatable {
    /// The code of a missing category.
    package static let missing: UInt16 = .max

    /// One code per row: an index into `vocabulary`, or `missing`.
    package let codes: [UInt16]
    /// The names, unique and sorted by their UTF-8 bytes (the order of Python's `sorted`).
    package let vocabulary: [String]

    /// Makes a column; the names are sorted and the codes follow them.
    /// - Parameters:
    ///   - codes: one code per row, an index into `names` or `missing`.
    ///   - names: the names in any order.
    /// - Throws: `TableError` for a code without a name, a name that is too long or there twice,
    ///   and for more names than `TableLimits.categoryCountMax`.
    package init(codes: [UInt16], names: [String]) throws(TableError) {
        guard names.count <= TableLimits.categoryCountMax else {
            throw .tooManyCategories(count: names.count)
        }
        for name in names where name.utf8.count > TableLimits.categoryBytesMax {
            throw .categoryTooLong(bytes: name.utf8.count)
        }
        let order = names.indices.sorted {
            names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8)
        }
        for (left, right) in zip(order, order.dropFirst())
        where names[left].utf8.elementsEqual(names[right].utf8) {
            throw .duplicateCategory(names[left])
        }
        guard codes.allSatisfy({ $0 == Self.missing || Int($0) < names.count }) else {
            throw .undefinedCode
        }
        self.vocabulary = order.map { names[$0] }
        guard order != Array(names.indices) else {
            self.codes = codes
            return
        }
        var newCode = [UInt16](repeating: Self.missing, count: 1 << 16)
        for (new, old) in order.enumerated() { newCode[old] = UInt16(new) }
        self.codes = codes.map { newCode[Int($0)] }
    }
}
