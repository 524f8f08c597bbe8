// SPDX-License-Identifier: Apache-2.0

internal import CSimdJSON

/// The columns that records are read into, with the codes of their categories.
package struct RecordLayout: Sendable {
    /// The code of a missing category; that of an unknown one is 254.
    package static let missingCode: UInt8 = 255
    /// Bytes of the longest category that is read.
    package static let categoryLengthMax = 4096

    private var texts: [UInt8] = []
    private var textEnds: [UInt32] = []
    private var kinds: [UInt8] = []
    private var categoryCounts: [UInt32] = []
    /// Columns of numbers.
    package private(set) var numberCount = 0
    /// Columns of codes.
    package private(set) var codeCount = 0
    /// What a category that is not listed becomes in a column of numbers.
    private let unknownNumber: Float

    /// A layout without columns.
    /// - Parameter unknownNumber: what a category that is not listed becomes in a column of
    ///   numbers; a missing one is NaN.
    package init(unknownNumber: Float = .nan) { self.unknownNumber = unknownNumber }

    /// Adds a column of numbers.
    package mutating func addNumber(_ name: String) {
        add(name, CSJ_COLUMN_NUMBER)
        numberCount += 1
    }

    /// Adds a column of numbers that are 0 or 1.
    package mutating func addBoolean(_ name: String) {
        add(name, CSJ_COLUMN_BOOLEAN)
        numberCount += 1
    }

    /// Adds a column of categories; a category's code is its index. Spaces around a text of a
    /// record are passed over before it is compared.
    package mutating func addCategory(_ name: String, _ categories: [String]) {
        add(name, CSJ_COLUMN_CODE, categories)
        codeCount += 1
    }

    /// Adds a column of categories whose codes are numbers.
    package mutating func addIndex(_ name: String, _ categories: [String]) {
        add(name, CSJ_COLUMN_INDEX, categories)
        numberCount += 1
    }

    private mutating func add(_ name: String, _ kind: some BinaryInteger, _ texts: [String] = []) {
        add(name)
        texts.forEach { add($0) }
        kinds.append(UInt8(truncatingIfNeeded: kind))
        categoryCounts.append(UInt32(clamping: texts.count))
    }

    private mutating func add(_ text: String) {
        texts.append(contentsOf: text.utf8)
        textEnds.append(UInt32(clamping: texts.count))
    }

    /// Calls `body` with this layout as the parser takes it, valid during the call.
    func withDescription(_ body: (inout csj_columns) -> Bool) -> Bool {
        unsafe texts.withUnsafeBufferPointer { texts in
            unsafe textEnds.withUnsafeBufferPointer { ends in
                unsafe kinds.withUnsafeBufferPointer { kinds in
                    unsafe categoryCounts.withUnsafeBufferPointer { counts in
                        guard let texts = texts.baseAddress, let ends = ends.baseAddress,
                            let kinds = kinds.baseAddress, let first = counts.baseAddress
                        else { return false }
                        var description = unsafe csj_columns(
                            texts: texts,
                            text_ends: ends,
                            kinds: kinds,
                            category_counts: first,
                            unknown_number: unknownNumber,
                            column_count: counts.count,
                            category_length_max: Self.categoryLengthMax
                        )
                        return unsafe body(&description)
                    }
                }
            }
        }
    }
}

/// Records as columns.
package struct RecordColumns: Equatable, Sendable {
    /// Records.
    package let rowCount: Int
    /// Shape (numbers, rowCount), column after column in the layout's order; NaN is missing.
    package internal(set) var numbers: [Float]
    /// Shape (categories, rowCount), likewise; 254 is unknown, 255 missing.
    package internal(set) var codes: [UInt8]
    /// Values under names that are no column's.
    package internal(set) var unknownCount = 0
}
