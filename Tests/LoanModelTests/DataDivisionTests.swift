// SPDX-License-Identifier: Apache-2.0

import LoanModel
import ModelValidation
import Testing

/// Data that is divided by a rule.
@Suite struct DataDivisionTests {
    private typealias Rows = DividedTable
    private typealias Step = DataStep<MemorySink>
    private typealias Failure = DataStepError<MemorySink.Failure>

    private static let shares: SplitShares? = try? SplitShares(
        stopping: 0.1,
        calibration: 0.15,
        test: 0.2
    )

    private func step(
        _ rule: RowDivision.Rule,
        size: Int = 1,
        seed: UInt64 = 5,
        threadCount: Int = 2
    ) throws -> Step {
        try Step(
            source: Rows.table(),
            division: RowDivision(rule, #require(Self.shares)),
            size: size,
            seed: seed,
            threadCount: threadCount
        )
    }

    /// The files of a part, with the amounts of its rows: they say which rows of the table these
    /// are.
    private func amounts(
        _ step: Step
    ) throws -> (files: MemorySinks, amounts: [SplitPart: [Int]]) {
        var sinks = MemorySinks.memory(parts: step.partNames)
        _ = try step.run(format: .npy, sinks: &sinks.parts) { _ in }
        var amounts: [SplitPart: [Int]] = [:]
        for (part, files) in zip(step.partNames, sinks.parts) {
            var reader = NPYReader(cellCountMax: 1 << 20)
            try reader.append(files.features.bytes.span)
            let matrix = try reader.finish()
            #expect(matrix.rows == step.rowCounts(of: part).prepared)
            amounts[part] = matrix.values.prefix(matrix.rows).map { Int($0) }
        }
        return (sinks, amounts)
    }

    /// The numbers of the groups of the rows to train on, as they are written.
    private func clusters(_ step: Step) throws -> [Float] {
        var sink = MemorySink("ctrain")
        try step.writeTrainGroups(to: &sink)
        var reader = NPYReader(cellCountMax: 1 << 20)
        try reader.append(sink.bytes.span)
        #expect(sink.isEnded && sink.bytes.count == sink.shape?.byteCount)
        return try reader.finish().values
    }

    @Test(arguments: RowDivision.Rule.allCases)
    func eachRowIsInOnePart(rule: RowDivision.Rule) throws {
        let step = try step(rule)
        #expect(step.partNames == SplitPart.allCases)
        let (_, amounts) = try amounts(step)
        let all = amounts.values.flatMap { $0 }
        #expect(all.sorted() == (0..<Rows.rowCount).map { Rows.amount($0) }.sorted())
        for part in SplitPart.allCases {
            let counts = step.rowCounts(of: part)
            #expect(counts.prepared == counts.source)
        }
    }

    @Test func equalRowsAreInOnePart() throws {
        let step = try step(.rows)
        let (_, amounts) = try amounts(step)
        var parts: [Int: Set<SplitPart>] = [:]
        for (part, amounts) in amounts {
            for amount in amounts { parts[amount, default: []].insert(part) }
        }
        #expect(parts.values.allSatisfy { $0.count == 1 })
        #expect(step.duplicates?.isNone == true)
        #expect(step.repeatedRowCount == Rows.rowCount / 10)
    }

    @Test func groupsAreInOnePart() throws {
        let step = try step(.group)
        var partOf: [Int: Set<SplitPart>] = [:]
        for part in step.partNames {
            for row in step.sourceRows(of: part) {
                partOf[Rows.customer(row), default: []].insert(part)
            }
        }
        #expect(partOf.values.allSatisfy { $0.count == 1 })
        #expect(Set(partOf.values.flatMap { $0 }).count == 4)
        // Equal rows of two customers may be divided, which is counted.
        let (_, amounts) = try amounts(step)
        for pair in step.duplicates?.pairs ?? [] {
            let common = Set(amounts[pair.earlier] ?? [])
            #expect(pair.rowCount == amounts[pair.part]?.count(where: { common.contains($0) }))
        }
        #expect(step.duplicates?.isNone == false)
        let clusters = try clusters(step)
        let customers = step.sourceRows(of: .train).map { Rows.customer($0) }
        #expect(clusters.count == customers.count)
        #expect(Set(zip(clusters, customers).map { "\($0) \($1)" }).count == Set(clusters).count)
    }

    @Test func laterRowsAreInLaterParts() throws {
        let step = try step(.time)
        var last = -1
        for part in SplitPart.allCases {
            let months = step.sourceRows(of: part).map { Rows.month($0) }
            let (first, end) = try #require(
                months.min().flatMap { first in months.max().map { (first, $0) } }
            )
            #expect(first > last)
            last = end
            let times = try #require(step.times(of: part))
            let rows = step.sourceRows(of: part)
            #expect(times.first == rows.map { Rows.date($0) }.min())
            #expect(times.last == rows.map { Rows.date($0) }.max())
        }
    }

    @Test(arguments: RowDivision.Rule.allCases)
    func onlyRowsToTrainOnAreExpanded(rule: RowDivision.Rule) throws {
        let plain = try amounts(step(rule)).files
        let step = try step(rule, size: 5_000)
        let expanded = try amounts(step).files
        #expect(step.isExpanded)
        #expect(step.rowCount == 5_000)
        let others = step.partNames.dropFirst()
        let otherCount = others.reduce(0) { $0 + step.rowCounts(of: $1).prepared }
        #expect(step.trainRowCount == 5_000 - otherCount)
        #expect(step.rowCounts(of: .train).source == Rows.rowCount - otherCount)
        for place in 1..<4 {
            // Nothing here has noise, but standardized columns would differ: these have none.
            #expect(plain.parts[place].features.bytes == expanded.parts[place].features.bytes)
            #expect(plain.parts[place].labels.bytes == expanded.parts[place].labels.bytes)
        }
        #expect(step.hasGroups == (rule == .group))
        if step.hasGroups { #expect(try clusters(step).count == step.trainRowCount) }
    }

    @Test(arguments: [MatrixFormat.npy, .csv])
    func theNumberOfThreadsDecidesNothing(format: MatrixFormat) throws {
        let files = try [1, 3].map { threadCount in
            let step = try step(.time, size: 2_000, threadCount: threadCount)
            var sinks = MemorySinks.memory(parts: step.partNames)
            _ = try step.run(format: format, sinks: &sinks.parts) { _ in }
            return sinks.parts.map { [$0.features.bytes, $0.labels.bytes] }
        }
        #expect(files[0] == files[1])
    }

    @Test func protectedCellsAreThoseOfTheRowsToTestWith() throws {
        let step = try step(.group)
        let text = try #require(step.protectedCells)
        let rows = step.sourceRows(of: .test)
        let lines = rows.map { row in
            let sex = Rows.sex(row)
            return "\(sex.isEmpty ? "NA" : sex),\(Rows.age(row % 10 == 9 ? row - 1 : row))"
        }
        let expected = (["sex,age"] + lines).map { $0 + "\n" }.joined()
        #expect(String(decoding: text, as: UTF8.self) == expected)
    }

    @Test func factsAreThoseOfTheRowsOfTheTableToTrainOn() throws {
        for size in [1, 5_000] {
            let step = try step(.time, size: size)
            let rows = step.sourceRows(of: .train)
            let facts = step.featureFacts
            #expect(facts.map(\.name) == ["amount", "purpose", "age"])
            let amounts = rows.map { Double(Rows.amount($0)) }
            let least = try #require(amounts.min())
            let greatest = try #require(amounts.max())
            #expect(facts[0].values == .numbers(least...greatest))
            #expect(facts[1].values == .categories(count: 4))
            let missing = rows.count(where: { Rows.age($0 % 10 == 9 ? $0 - 1 : $0) == "NA" })
            #expect(facts[2].missingCount == missing)
        }
    }

    @Test func partsOfOneClassAreRefused() throws {
        // All applications of the last months are good.
        let csv = String(decoding: Rows.csv(), as: UTF8.self)
        let lines = csv.split(separator: "\n").map { line in
            line.contains("2024-1") ? String(line.replacing(",bad", with: ",good")) : String(line)
        }
        let table = try Rows.table(Array((lines.joined(separator: "\n") + "\n").utf8))
        let division = RowDivision(.time, try SplitShares(calibration: 0, test: 0.05))
        #expect(throws: Failure.oneClassInPart(.test)) {
            try Step(source: table, division: division, size: 1, seed: 1, threadCount: 1)
        }
    }

    @Test func aPartWithoutARowIsRefused() throws {
        let division = RowDivision(.rows, try SplitShares(calibration: 0.0001, test: 0.2))
        #expect(throws: Failure.split(.emptyPart(.calibration))) {
            try Step(
                source: Rows.table(),
                division: division,
                size: 1,
                seed: 1,
                threadCount: 1
            )
        }
    }
}
