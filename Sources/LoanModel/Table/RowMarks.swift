// SPDX-License-Identifier: Apache-2.0

/// What a table says of its rows in addition to features, labels and weights.
package struct RowMarks: Equatable, Sendable {
    /// A column that decisions must not depend on.
    package struct Protected: Equatable, Sendable {
        /// The column's name.
        package let name: String
        /// Its cells as they are written, without blanks around them.
        package let column: CategoryColumn

        /// A column by its cells.
        package init(name: String, column: CategoryColumn) {
            self.name = name
            self.column = column
        }
    }

    /// The time of each row: a number, or days since 1970-01-01; nil where none is read.
    package var times: [Double]?
    /// Whether times are days.
    package var timesAreDates = false
    /// For each row a number that those of its group share, and of other groups none but by a
    /// chance of n^2 / 2^65 of n groups; nil where none is read.
    package var groups: [UInt64]?
    /// The protected columns.
    package var protected: [Protected] = []

    /// Nothing more is known of the rows.
    package init() {}

    /// Whether each column has a value for each of `rowCount` rows.
    func fits(rowCount: Int) -> Bool {
        times.map { $0.count == rowCount } ?? true && groups.map { $0.count == rowCount } ?? true
            && protected.allSatisfy { $0.column.codes.count == rowCount }
    }

    /// A time as text: a date as ISO 8601 writes it, or the number.
    package func text(of time: Double) -> String {
        if timesAreDates { return CalendarDate(days: Int(time)).text }
        return Int(exactly: time).map { "\($0)" } ?? "\(time)"
    }
}
