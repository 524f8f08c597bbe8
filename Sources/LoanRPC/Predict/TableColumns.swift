// SPDX-License-Identifier: Apache-2.0

/// The columns of a batch of any table, by the names of the model's features.
public struct TableColumns: Sendable, Equatable {
    /// One feature of all rows.
    public struct Column: Sendable, Equatable {
        /// The feature's name.
        public var name: String
        /// One value a row.
        public var values: Values
        /// The texts that codes stand for; empty where they stand for the categories of ServerInfo.
        public var dictionary: [String]

        /// A column by its parts.
        public init(_ name: String, _ values: Values, dictionary: [String] = []) {
            self.name = name
            self.values = values
            self.dictionary = dictionary
        }
    }

    /// The values of a column. Of codes, the highest that the width holds is a missing value, and
    /// the one below it a value that is not listed.
    public enum Values: Sendable, Equatable {
        /// Numbers; NaN is missing.
        case float32([Float])
        /// Numbers that the server rounds to single precision; NaN is missing.
        case float64([Double])
        /// Indices in one byte.
        case codes8([UInt8])
        /// Indices in two bytes.
        case codes16([UInt16])
        /// Indices in four bytes.
        case codes32([UInt32])

        /// How many values there are.
        public var count: Int {
            switch self {
            case .float32(let values): values.count
            case .float64(let values): values.count
            case .codes8(let codes): codes.count
            case .codes16(let codes): codes.count
            case .codes32(let codes): codes.count
            }
        }
    }

    /// Rows of every column.
    public let rowCount: Int
    /// The features, in any order.
    public var columns: [Column]

    /// A batch by its columns, each of `rowCount` values.
    public init(rowCount: Int, columns: [Column] = []) {
        self.rowCount = rowCount
        self.columns = columns
    }
}
