// SPDX-License-Identifier: Apache-2.0

/// A batch of raw applications, one column per feature of the schema and in its order.
///
/// Categories are coded against the preprocessor that will read them: a code is the index of the
/// category in its sorted list, 254 stands for an unknown one and 255 for a missing one.
package struct CodedApplications: Equatable, Sendable {
    /// One feature of all rows.
    package enum Column: Equatable, Sendable {
        /// float32; NaN is missing.
        case numbers([Float])
        /// Indices into the preprocessor's categories of this feature; 254 is unknown, 255 missing.
        case codes([UInt8])
    }

    /// Applications of the batch.
    package let rowCount: Int
    /// One column per feature of the schema; each holds `rowCount` values.
    package let columns: [Column]

    /// A batch of these columns.
    /// - Precondition: every column holds `rowCount` values.
    package init(rowCount: Int, columns: [Column]) {
        for column in columns {
            precondition(column.count == rowCount, "every column holds every row")
        }
        self.rowCount = rowCount
        self.columns = columns
    }

    /// The matrices that models take: numbers and codes, column after column.
    package var matrices: (numbers: [Float], codes: [UInt8]) {
        var numbers: [Float] = []
        var codes: [UInt8] = []
        for column in columns {
            switch column {
            case .numbers(let values): numbers.append(contentsOf: values)
            case .codes(let values): codes.append(contentsOf: values)
            }
        }
        return (numbers, codes)
    }
}

extension CodedApplications.Column {
    fileprivate var count: Int {
        switch self {
        case .numbers(let values): values.count
        case .codes(let values): values.count
        }
    }
}
