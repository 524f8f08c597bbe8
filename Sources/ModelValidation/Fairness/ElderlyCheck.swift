// SPDX-License-Identifier: Apache-2.0

/// Whether an applicant of 62 or older gets a negative value for age: a contribution of age that
/// raises the risk.
///
/// 12 CFR 1002.6(b)(2)(ii) allows age in a sound system unless an elderly applicant gets one. This
/// looks at the rows that there are; a model that passes may still do so to another applicant.
package struct ElderlyCheck: Equatable, Sendable {
    /// Applicants of 62 and older.
    package let elderlyRows: Int
    /// Those of them whose age raises their risk.
    package let raisedRows: Int
    /// The row with the highest contribution of these; nil where there is none. Rows count from 0.
    package let worstRow: Int?

    /// Whether there is no such row.
    package var passes: Bool { raisedRows == 0 }

    /// Looks at rows.
    /// - Parameters:
    ///   - ages: in years; NaN where it is not known, which is not elderly.
    ///   - contributions: of age to the margin of each row, all columns that stem from it together;
    ///     above 0 raises the risk.
    package init(ages: [Float], contributions: [Double]) throws(FairnessError) {
        guard ages.count == contributions.count else {
            throw .counts(rows: ages.count, given: contributions.count)
        }
        let elderly = ages.indices.filter { ages[$0] >= GroupColumn.elderlyAge }
        let raised = elderly.filter { contributions[$0] > 0 }
        elderlyRows = elderly.count
        raisedRows = raised.count
        // Of equal ones the first.
        worstRow = raised.reduce(nil) { worst, row in
            guard let worst else { return row }
            return contributions[row] > contributions[worst] ? row : worst
        }
    }
}
