// SPDX-License-Identifier: Apache-2.0

import LoanModel
import ModelValidation
import Testing

/// How much each row of a table counts.
@Suite struct WeightTests {
    private static let schema = {
        var roles = ColumnRoles()
        roles.weight = "exposure"
        return TableSchema(
            features: [Feature("amount", .unchanged, .none)],
            label: "outcome",
            labelValues: .classes(positive: "bad", negative: "good"),
            leavesOutUnlabeled: true,
            labelPosition: 1,
            roles: roles
        )
    }()

    private static func table(
        _ rows: [String],
        dialect: CSVDialect = CSVDialect()
    ) throws(CSVError) -> Table {
        var reader = CSVReader(schema: schema, labels: .required, dialect: dialect)
        let separator = dialect.decimalMark == UInt8(ascii: ",") ? ";" : ","
        let header = ["exposure", "amount", "outcome"].joined(separator: separator)
        try reader.append(Array(([header] + rows).joined(separator: "\n").utf8).span)
        return try reader.finish()
    }

    @Test func weightsAreReadWithTheirRows() throws {
        let table = try Self.table(["2.5,1,bad", "9,2,", "0,3,good", " 1e-3 ,4,good"])
        #expect(table.weights == [2.5, 0, 0.001])
        #expect(table.numbers(0) == [1, 3, 4])
    }

    @Test func weightsMayHaveADecimalComma() throws {
        let dialect = CSVDialect(hasDecimalComma: true)
        let table = try Self.table(["2,5;1,5;bad", "1;2;good"], dialect: dialect)
        #expect(table.weights == [2.5, 1])
    }

    @Test(arguments: ["", "NA", "-0.001"])
    func aWeightThatIsMissingOrNegativeIsRefusedByItsRow(cell: String) {
        let place = CSVPosition(row: 2, line: 3)
        #expect(throws: CSVError.weight(place, column: "exposure")) {
            try Self.table(["1,1,bad", "\(cell),2,good"])
        }
    }

    @Test func aWeightThatIsNoNumberIsRefusedByItsRow() {
        let place = CSVPosition(row: 1, line: 2)
        #expect(throws: CSVError.notANumber(place, column: "exposure")) {
            try Self.table(["heavy,1,bad"])
        }
        #expect(throws: CSVError.outOfRange(place, column: "exposure")) {
            try Self.table(["1e39,1,bad"])
        }
    }

    private static func step(weight: (Int) -> Int) throws -> DataStep<MemorySink> {
        let rows = (0..<40).map { "\(weight($0)),\($0),\($0 % 3 == 0 ? "bad" : "good")" }
        return try DataStep(source: try table(rows), size: 1, seed: 1, threadCount: 1)
    }

    @Test(arguments: [MatrixFormat.npy, .csv])
    func weightsFollowTheirRowsIntoBothParts(format: MatrixFormat) throws {
        var sinks = MemorySinks.memory()
        _ = try Self.step { $0 + 100 }.run(format: format, sinks: &sinks.parts) { _ in }
        let files = [
            (sinks.trainFeatures, sinks.weights.train), (sinks.testFeatures, sinks.weights.test),
        ]
        for (features, weights) in files {
            #expect(weights.isEnded)
            let (cells, found) = (try Self.cells(features, format), try Self.cells(weights, format))
            #expect(!found.isEmpty)
            #expect(found == cells.map { $0 + 100 })
        }
    }

    private static func cells(_ file: MemorySink, _ format: MatrixFormat) throws -> [Float] {
        switch format {
        case .npy:
            var reader = NPYReader(cellCountMax: 100)
            try reader.append(file.bytes.span)
            return try reader.finish().values
        case .csv:
            var reader = CSVMatrixReader()
            try reader.append(file.bytes.span)
            return try reader.finish().values
        }
    }

    @Test func weightsThatAreAllZeroInAPartAreRefused() {
        #expect(throws: DataStepError<MemorySink.Failure>.noWeight(column: "exposure", .train)) {
            try Self.step { _ in 0 }
        }
        // One row is on one side only: the other one is named.
        let named = (0..<12).map { row in
            let error = #expect(throws: DataStepError<MemorySink.Failure>.self) {
                try Self.step { $0 == row ? 1 : 0 }
            }
            guard case .noWeight("exposure", let part)? = error else { return "\(row)" }
            return part.rawValue
        }
        #expect(Set(named) == ["train", "test"])
    }

    @Test func aTableWithoutWeightsHasNoFilesOfThem() throws {
        var sinks = MemorySinks.memory()
        let table = try AnyTable.inferred().schema
        var reader = CSVReader(schema: table, labels: .required, dialect: CSVDialect())
        try reader.append(Array(AnyTable.csv.utf8).span)
        let step = try DataStep<MemorySink>(
            source: try reader.finish(),
            size: 1,
            seed: 1,
            threadCount: 1
        )
        _ = try step.run(format: .npy, sinks: &sinks.parts) { _ in }
        #expect(sinks.weights.train.bytes.isEmpty && sinks.weights.test.bytes.isEmpty)
    }

    @Test func aMatrixOfWeightsFitsItsRows() throws {
        let features = FloatMatrix(rows: 3, columns: 2, values: [1, 2, 3, 4, 5, 6])
        func weights(_ values: [Float]) throws(WeightError) -> [Float] {
            try FloatMatrix(rows: values.count, columns: 1, values: values).weights(for: features)
        }
        #expect(try weights([0, 1, 2.5]) == [0, 1, 2.5])
        #expect(throws: WeightError.rowCount(expected: 3, found: 2)) { try weights([0, 1]) }
        #expect(throws: WeightError.value(row: 1)) { try weights([1, -1, 1]) }
        #expect(throws: WeightError.value(row: 2)) { try weights([1, 1, .nan]) }
        #expect(throws: WeightError.noWeight) { try weights([0, 0, 0]) }
        #expect(throws: WeightError.columns(2)) { try features.weights(for: features) }
    }
}
