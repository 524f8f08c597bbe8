// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

@Suite struct ExclusionTests {
    private func preprocessor() throws -> (Preprocessor, Table) {
        let table = try CSVReader.table(
            SampleApplications(rows: 300, seed: 2).csv(),
            schema: .creditRisk,
            labels: .required
        )
        return (try Preprocessor(fitting: table), table)
    }

    @Test func theRestPreparesTheColumnsThatRemainAsBefore() throws {
        let (whole, table) = try preprocessor()
        let names = ["loan_grade", "person_age"]
        let exclusion = try whole.excluding(names)
        let rest = exclusion.preprocessor
        #expect(rest.columnNames == exclusion.kept.map { whole.columnNames[$0] })
        #expect(rest.schema.roles.ignored == names)
        #expect(rest.schema.features.count == whole.schema.features.count - 2)
        #expect(rest.columnCount < whole.columnCount)
        for name in names { #expect(rest.schema.featureIndex(named: name) == nil) }
        for step in rest.steps {
            let before = try #require(
                whole.schema.featureIndex(named: step.fitted.name).map(whole.step(ofFeature:))
            )
            #expect(step.fitted == before.fitted)
        }
        #expect(table.rowCount == 300)
    }

    @Test func theLabelStaysWhereItIsAmongTheOtherColumns() throws {
        let (whole, _) = try preprocessor()
        let rest = try whole.excluding(["person_age"]).preprocessor.schema
        #expect(rest.columnNames == whole.schema.columnNames.filter { $0 != "person_age" })
    }

    @Test func namesNothingTwiceAndLeavesOne() throws {
        let (whole, _) = try preprocessor()
        #expect(throws: ExclusionError.repeated(feature: "loan_grade")) {
            _ = try whole.excluding(["loan_grade", "loan_grade"])
        }
        let names = whole.schema.features.map(\.name)
        _ = try whole.excluding(Array(names.dropLast()))
        #expect(throws: ExclusionError.nothingRemains) { _ = try whole.excluding(names) }
        let error = #expect(throws: ExclusionError.self) { _ = try whole.excluding(["loan_grad"]) }
        guard case .unknown("loan_grad", let nearest)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(nearest.first == "loan_grade")
    }

    @Test func columnsOfAMatrixAreTakenInOrder() {
        let matrix = FloatMatrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
        #expect(matrix.columns([2, 0]) == FloatMatrix(rows: 2, columns: 2, values: [5, 6, 1, 2]))
    }
}
