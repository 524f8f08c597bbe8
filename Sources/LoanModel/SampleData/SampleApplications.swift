// SPDX-License-Identifier: Apache-2.0

// Invented applications that look like the public credit-risk file: its columns, categories and
// missing shares, marginals close to its own, and relations a model can learn: the grade sets the
// rate, and the outcome is drawn from a logistic function of the burden on the income, the grade,
// the home, the intent and the history. The constants are fitted by eye to the public file's
// tables; nothing is copied from it.

/// A seeded generator of loan applications in the format of the public credit-risk file.
package struct SampleApplications: Sendable {
    /// Number of applications.
    package let rowCount: Int
    private let seed: UInt64

    /// Describes a sample; equal seeds give equal rows, whatever their number.
    package init(rows rowCount: Int, seed: UInt64) {
        precondition(rowCount >= 0, "row counts are checked on entry")
        self.rowCount = rowCount
        self.seed = seed
    }

    /// Writes the header line.
    package func appendHeader(to writer: inout CSVWriter) {
        writer.appendHeader(.creditRisk, withLabel: true)
    }

    /// Writes the given rows, which lie in `0 ..< rowCount`.
    package func append(rows: Range<Int>, to writer: inout CSVWriter) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows of the sample")
        for row in rows { SampleApplication(SampleDraw(seed: seed, row: row)).append(to: &writer) }
    }

    /// The whole file.
    package func csv() -> [UInt8] {
        var writer = CSVWriter()
        appendHeader(to: &writer)
        append(rows: 0..<rowCount, to: &writer)
        return writer.bytes
    }
}
