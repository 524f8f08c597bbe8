// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import Testing

@Suite struct SampleApplicationsTests {
    @Test func equalSeedsGiveEqualRowsWhateverTheirNumber() {
        let long = SampleApplications(rows: 500, seed: 2).csv()
        let short = SampleApplications(rows: 100, seed: 2).csv()
        #expect(long.starts(with: short))
        #expect(!long.starts(with: SampleApplications(rows: 100, seed: 3).csv()))
    }

    @Test func rowsCanBeWrittenInParts() {
        let sample = SampleApplications(rows: 300, seed: 4)
        var writer = CSVWriter()
        sample.appendHeader(to: &writer)
        for start in stride(from: 0, to: 300, by: 77) {
            sample.append(rows: start..<min(start + 77, 300), to: &writer)
        }
        #expect(writer.bytes == sample.csv())
    }

    @Test func sharesAndRangesAreThoseOfThePublicFile() throws {
        let table = try sampleTable(rows: 30_000, seed: 8)
        func missing(_ column: String) throws -> Double {
            Double(try table.numbers(column).count { $0.isNaN }) / 30_000
        }
        #expect(abs(try missing("person_emp_length") - 0.027) < 0.005)
        #expect(abs(try missing("loan_int_rate") - 0.096) < 0.01)
        let labels = try #require(table.labels)
        #expect(abs(Double(labels.count { $0 == 1 }) / 30_000 - 0.218) < 0.02)
        #expect(table.categories(2)?.vocabulary == ["MORTGAGE", "OTHER", "OWN", "RENT"])
        #expect(table.categories(5)?.vocabulary == ["A", "B", "C", "D", "E", "F", "G"])
        #expect(table.categories(9)?.vocabulary == ["N", "Y"])
        #expect(table.categories(4)?.vocabulary.count == 6)
        #expect(try table.numbers("person_age").allSatisfy { (20...94).contains($0) })
        #expect(try table.numbers("loan_amnt").allSatisfy { (500...35_000).contains($0) })
    }

    @Test func percentIncomeIsTheRoundedQuotient() throws {
        let table = try sampleTable(rows: 2_000)
        let amounts = try table.numbers("loan_amnt")
        let incomes = try table.numbers("person_income")
        let shares = try table.numbers("loan_percent_income")
        for row in 0..<2_000 where shares[row] < 0.83 {
            let exact = Double(amounts[row]) / Double(incomes[row])
            #expect(abs(Double(shares[row]) - exact) <= 0.005 + 1e-6)
        }
    }

    @Test(.enabled(if: Python.isAvailable, Python.missing))
    func aModelLearnsToRankThem() throws {
        struct Answer: Decodable {
            let auc: Double
            let defaults: Double
        }
        let answer = try withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("sample.csv")
            try Data(SampleApplications(rows: 32_581, seed: 1).csv()).write(to: path)
            let lines = try Python.run("sample_auc.py", [path.path])
            let line = try #require(lines.first)
            return try JSONDecoder().decode(Answer.self, from: line)
        }
        #expect(answer.auc > 0.85)
        #expect(abs(answer.defaults - 0.218) < 0.02)
    }
}
