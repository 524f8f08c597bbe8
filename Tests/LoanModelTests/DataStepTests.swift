// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import Synchronization
import Testing

@Suite struct DataStepTests {
    private typealias Step = DataStep<MemorySink>
    private typealias Failure = DataStepError<MemorySink.Failure>

    private func run(
        _ source: Table,
        size: Int,
        seed: UInt64 = 5,
        threads: Int = 2,
        format: MatrixFormat = .npy
    ) throws -> (MemorySinks, Preprocessor) {
        let step = try Step(source: source, size: size, seed: seed, threadCount: threads)
        var sinks = MemorySinks.memory()
        let preprocessor = try step.run(format: format, sinks: &sinks.parts) { _ in }
        return (sinks, preprocessor)
    }

    private func matrix(_ sink: MemorySink) throws -> FloatMatrix {
        var reader = NPYReader()
        try reader.append(sink.bytes.span)
        return try reader.finish()
    }

    @Test(arguments: [100, 5_000]) func streamedColumnsEqualThoseOfTheWholeTable(size: Int) throws {
        let source = try sampleTable(rows: 1_500)
        let (sinks, preprocessor) = try run(source, size: size)
        let (trainPart, testPart) = expandedParts(of: source, size: size)
        let train = try materialised(trainPart)
        #expect(try Preprocessor(fitting: train) == preprocessor)
        let expected = try preprocessor.transform(train)
        let found = try matrix(sinks.trainFeatures)
        #expect(found.columns == expected.count)
        #expect(found.values.map(\.bitPattern) == expected.joined().map(\.bitPattern))
        let test = try materialised(testPart)
        #expect(
            try matrix(sinks.testFeatures).values.map(\.bitPattern)
                == preprocessor.transform(test).joined().map(\.bitPattern)
        )
        #expect(try matrix(sinks.trainLabels).labels(for: found) == train.labels)
        #expect(try matrix(sinks.testLabels).values == #require(test.labels))
    }

    /// Both parts, put together by hand.
    private func expandedParts(
        of source: Table,
        size: Int
    ) -> (train: ExpandedTable, test: ExpandedTable) {
        let split = TrainTestSplit(EqualRows(of: source), seed: 5)
        let isExpanded = size > source.rowCount
        func part(_ rows: [UInt32], _ size: Int, keeps: Bool, from position: Int) -> ExpandedTable {
            ExpandedTable(
                source: source,
                rows: rows,
                size: size,
                keepsFirstRound: keeps,
                firstPosition: position,
                seed: 5
            )
        }
        let trainSize = isExpanded ? size - (size + 3) / 4 : split.train.count
        return (
            part(split.train, trainSize, keeps: !isExpanded, from: 0),
            part(split.test, isExpanded ? (size + 3) / 4 : 0, keeps: true, from: trainSize)
        )
    }

    private func materialised(_ table: ExpandedTable) throws -> Table {
        let columns = try table.source.columns.enumerated().map { index, column in
            switch column {
            case .numbers: return Table.Column.numbers(try #require(table.numbers(index)))
            case .categories(let column):
                return .categories(
                    try CategoryColumn(
                        codes: try #require(table.codes(index)),
                        names: column.vocabulary
                    )
                )
            }
        }
        return try Table(schema: table.source.schema, columns: columns, labels: table.labels())
    }

    @Test(arguments: [1_501, 1_502, 1_503, 1_504, 2_001, 40_000])
    func partsAreThreeQuartersAndOneQuarterOfTheSize(size: Int) throws {
        let source = try sampleTable(rows: 1_500)
        let step = try Step(source: source, size: size, seed: 3, threadCount: 1)
        #expect(step.testRowCount == (size + 3) / 4)
        #expect(step.trainRowCount == size - step.testRowCount)
        #expect(step.untouchedTestRowCount == 375)
    }

    @Test func aTableThatIsNotExpandedIsTestedWithAsItIs() throws {
        let source = try sampleTable(rows: 1_500)
        let step = try Step(source: source, size: 1, seed: 3, threadCount: 1)
        #expect(step.trainRowCount == 1_125)
        #expect(step.testRowCount == 375)
        #expect(step.untouchedTestRowCount == 375)
    }

    @Test(arguments: [1, 200, 201, 900]) func equalRowsAreOnOneSide(size: Int) throws {
        // Each application twice, and one of them in a quarter of all rows.
        let once = try sampleTable(rows: 75)
        let rows = (0..<150).map { $0 / 2 } + [Int](repeating: 0, count: 50)
        let source = try picked(rows, of: once)
        let step = try Step(source: source, size: size, seed: 8, threadCount: 1)
        #expect(step.repeatedRowCount == 125)
        #expect(step.trainRowCount + step.testRowCount == max(200, size))
        #expect(step.untouchedTestRowCount >= 49)
        let split = TrainTestSplit(EqualRows(of: source), seed: 8)
        let sides = [split.train, split.test].map { Set($0.map { rows[Int($0)] }) }
        #expect(sides[0].isDisjoint(with: sides[1]))
    }

    @Test func aTableOfOneApplicationIsRefused() throws {
        let source = try picked([Int](repeating: 0, count: 40), of: try sampleTable(rows: 4))
        #expect(throws: Failure.oneApplication(rows: 40)) {
            try Step(source: source, size: 100, seed: 1, threadCount: 1)
        }
    }

    /// Some rows of a table, in order.
    private func picked(_ rows: [Int], of source: Table) throws -> Table {
        let labels = try #require(source.labels)
        return try Table(
            schema: source.schema,
            columns: source.columns.map { column in
                switch column {
                case .numbers(let values): .numbers(rows.map { values[$0] })
                case .categories(let column):
                    .categories(
                        try CategoryColumn(
                            codes: rows.map { column.codes[$0] },
                            names: column.vocabulary
                        )
                    )
                }
            },
            labels: rows.map { labels[$0] }
        )
    }

    @Test(arguments: MatrixFormat.allCases) func threadsDoNotChangeTheFiles(
        format: MatrixFormat
    ) throws {
        let source = try sampleTable(rows: 700)
        let (one, fitted) = try run(source, size: 9_000, threads: 1, format: format)
        for threads in [2, 3, 16] {
            let (many, again) = try run(source, size: 9_000, threads: threads, format: format)
            #expect(again == fitted)
            #expect(many.all.map(\.bytes) == one.all.map(\.bytes))
        }
    }

    @Test func bothFormatsHoldTheSameNumbers() throws {
        let source = try sampleTable(rows: 700)
        let (binary, fitted) = try run(source, size: 9_000)
        let (text, again) = try run(source, size: 9_000, format: .csv)
        #expect(fitted == again)
        for (left, right) in zip(binary.all, text.all) {
            var reader = CSVMatrixReader()
            try reader.append(right.bytes.span)
            let expected = try matrix(left)
            let found = try reader.finish(expectedRows: expected.rows)
            #expect(found.rows == expected.rows && found.columns == expected.columns)
            #expect(found.values.map(\.bitPattern) == expected.values.map(\.bitPattern))
        }
    }

    @Test func announcedShapesAreKept() throws {
        let (sinks, preprocessor) = try run(try sampleTable(rows: 700), size: 2_001)
        for sink in sinks.all {
            #expect(sink.isEnded)
            #expect(sink.shape?.byteCount == sink.bytes.count)
        }
        #expect(sinks.trainFeatures.shape?.rows == 1_500)
        #expect(sinks.testFeatures.shape?.rows == 501)
        #expect(sinks.trainFeatures.shape?.columns == preprocessor.columnCount)
    }

    @Test func aCategoryThatIsOnlyTestedWithHasNoColumn() throws {
        // One row alone has grade X; with this many seeds it falls into either part.
        let csv = SampleApplications(rows: 60, seed: 1).csv()
        var lines = String(decoding: csv, as: UTF8.self).split(separator: "\n").map(String.init)
        var cells = lines[1].split(separator: ",", omittingEmptySubsequences: false).map(
            String.init
        )
        cells[5] = "X"
        lines[1] = cells.joined(separator: ",")
        let source = try CSVReader.table(
            Array(lines.joined(separator: "\n").utf8),
            schema: .creditRisk,
            labels: .required
        )
        var outcomes: Set<Bool> = []
        for seed in 0..<40 {
            let (sinks, preprocessor) = try run(source, size: 1, seed: UInt64(seed))
            let split = TrainTestSplit(EqualRows(of: source), seed: UInt64(seed))
            let isTrained = split.train.contains(0)
            #expect(preprocessor.columnNames.contains("loan_grade_X") == isTrained)
            #expect(try matrix(sinks.testFeatures).columns == preprocessor.columnCount)
            outcomes.insert(isTrained)
        }
        #expect(outcomes == [true, false])
    }

    @Test(arguments: MatrixFormat.allCases, ["Xtrain", "ytrain", "Xtest", "ytest"])
    func theSinksFailureEndsTheStep(format: MatrixFormat, name: String) throws {
        let source = try sampleTable(rows: 700)
        let step = try Step(source: source, size: 9_000, seed: 1, threadCount: 2)
        var sinks = MemorySinks.memory(failing: name)
        #expect(throws: Failure.sink(MemorySink.Failure(name: name))) {
            try step.run(format: format, sinks: &sinks.parts) { _ in }
        }
        #expect(sinks.all.allSatisfy { !$0.isEnded })
    }

    @Test(arguments: MatrixFormat.allCases) func progressRisesToOne(format: MatrixFormat) throws {
        let seen = Mutex<[Double]>([])
        let source = try sampleTable(rows: 700)
        let step = try Step(source: source, size: 9_000, seed: 1, threadCount: 2)
        var sinks = MemorySinks.memory()
        _ = try step.run(format: format, sinks: &sinks.parts) { share in
            seen.withLock { $0.append(share) }
        }
        let shares = seen.withLock { $0 }
        #expect(shares == shares.sorted())
        #expect(shares.last == 1)
        #expect(shares.count > 2)
    }

    @Test func sourcesThatCannotBeLearnedFromAreRefused() throws {
        let source = try sampleTable(rows: 20)
        func step(_ source: Table, _ size: Int = 100) throws -> Step {
            try Step(source: source, size: size, seed: 1, threadCount: 1)
        }
        let limit = Step.sizeMax
        #expect(throws: Failure.size(0, limit: limit)) { try step(source, 0) }
        #expect(throws: Failure.size(limit + 1, limit: limit)) { try step(source, limit + 1) }
        #expect(throws: Failure.tooFewRows(found: 3, minimum: 4)) {
            try step(try sampleTable(rows: 3))
        }
        let unlabeled = try Table(schema: source.schema, columns: source.columns)
        #expect(throws: Failure.noLabels) { try step(unlabeled) }
        for label: Float in [0, 1] {
            let same = try Table(
                schema: source.schema,
                columns: source.columns,
                labels: [Float](repeating: label, count: 20)
            )
            #expect(throws: Failure.oneClass) { try step(same) }
        }
    }

    @Test func aColumnWithoutValuesIsNamed() throws {
        let source = try sampleTable(rows: 20)
        var columns = source.columns
        columns[7] = .numbers([Float](repeating: .nan, count: 20))
        let empty = try Table(schema: source.schema, columns: columns, labels: source.labels)
        #expect(throws: Failure.preprocessor(.noValues(feature: "loan_int_rate"))) {
            try run(empty, size: 1)
        }
    }

    @Test(.enabled(if: Python.isAvailable, Python.missing), arguments: MatrixFormat.allCases)
    func numPyAndPandasReadTheFiles(format: MatrixFormat) throws {
        struct Answer: Decodable {
            let shape: [Int]
            let dtype: String
            let fortran: Bool
            let sum: Double
        }
        let source = try sampleTable(rows: 700)
        let (sinks, _) = try run(source, size: 3_000, format: format)
        let (expected, _) = try run(source, size: 3_000)
        try withTemporaryFolder { folder in
            let paths = try sinks.all.map { sink in
                let path = folder.appendingPathComponent("\(sink.name).\(format.rawValue)")
                try Data(sink.bytes).write(to: path)
                return path.path
            }
            for (line, sink) in zip(try Python.run("read_matrices.py", paths), expected.all) {
                let answer = try JSONDecoder().decode(Answer.self, from: line)
                let cells = try matrix(sink)
                #expect(answer.shape.first == cells.rows)
                #expect(answer.shape.dropFirst().first ?? 1 == cells.columns)
                #expect(answer.dtype == "float32")
                #expect(answer.fortran || format == .csv)
                let sum = cells.values.reduce(0.0) { $0 + Double($1) }
                #expect(abs(answer.sum - sum) <= 1e-9 * abs(sum))
            }
        }
    }
}
