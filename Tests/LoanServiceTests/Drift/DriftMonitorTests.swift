// SPDX-License-Identifier: Apache-2.0

import LoanModel
import LoanService
import TestSupport
import Testing

/// Counting rows by the bins of those that a model was trained on.
@Suite struct DriftMonitorTests {
    private static let start = ContinuousClock.now

    /// Two numbers, a category that travels as codes, and one that travels as numbers.
    private static func layout() throws -> DriftLayout {
        let schema = TableSchema(
            features: [
                Feature("debt", .unchanged, .none), Feature("grade", .category(.oneHot), .none),
                Feature("purpose", .category(.ordinal(order: [])), .none),
                Feature("income", .unchanged, .none),
            ],
            label: "bad",
            labelPosition: 4
        )
        let grades = ["A", "B", "C"]
        let purposes = (0..<22).map { "purpose \($0 + 10)" }
        let steps: [FittedFeature] = [
            .unchanged(UnchangedNumber(feature: "debt")),
            .oneHot(try OneHotEncoder(feature: "grade", categories: grades)),
            .codes(
                try CategoryCodes(
                    feature: "purpose",
                    categories: purposes,
                    isNative: false,
                    isOrdered: false
                )
            ),
            .unchanged(UnchangedNumber(feature: "income")),
        ]
        let codes = (0..<220).map { UInt16($0 % 22) }
        let preprocessor = try Preprocessor(
            schema: schema,
            features: steps,
            profiles: [
                ColumnProfile(fitting: (0..<220).map { Float($0 % 50) }),
                ColumnProfile(fitting: codes.map { $0 % 3 }, vocabulary: grades, steps[1]),
                ColumnProfile(fitting: codes, vocabulary: purposes, steps[2]),
                ColumnProfile(fitting: (0..<220).map { Float($0) * 100 }),
            ]
        )
        let scores = ColumnProfile(fitting: (0..<100).map { Float($0) / 100 })
        return try #require(DriftLayout(preprocessor, score: scores))
    }

    private struct Rows {
        let count: Int
        let debts: [Float]
        let incomes: [Float]
        let grades: [UInt8]
        let purposes: [Float]
        let scores: [Float]

        init(_ count: Int, seed: UInt64) {
            var random = SeededGenerator(seed: seed)
            func number(_ limit: Int) -> Float {
                let value = Int.random(in: -5...limit, using: &random)
                return value == 7 ? .nan : Float(value)
            }
            let codes: [UInt8] = [0, 1, 2, 254, 255]
            let places = (0..<22).map { Float($0) }
            self.count = count
            debts = (0..<count).map { _ in number(60) }
            grades = (0..<count).map { _ in codes.randomElement(using: &random) ?? 0 }
            purposes = (0..<count).map { _ in
                (places + [.nan, CategoryVocabulary.unknownNumber]).randomElement(using: &random)
                    ?? 0
            }
            incomes = (0..<count).map { _ in number(30_000) }
            scores = (0..<count).map { _ in Float.random(in: 0...1, using: &random) }
        }

        var applications: CodedApplications {
            CodedApplications(
                rowCount: count,
                columns: [.numbers(debts), .codes(grades), .numbers(purposes), .numbers(incomes)]
            )
        }

        /// Rows by what their bins are, one after the other.
        func expected(_ column: ColumnDrift) -> [Int] {
            let values: [Float] =
                switch column.name {
                case "debt": debts
                case "income": incomes
                case "purpose": purposes
                case "grade": grades.map { $0 < 254 ? Float($0) : $0 == 255 ? .nan : -1 }
                default: scores
                }
            var lower = -Float.infinity
            return column.bins.map { bin in
                switch bin.content {
                case .upTo(let edge):
                    defer { lower = edge ?? lower }
                    return values.count { $0 > lower && $0 <= edge ?? .infinity }
                case .category(let name):
                    let code =
                        ["A", "B", "C"].firstIndex(of: name) ?? (Int(name.suffix(2)) ?? 0) - 10
                    return values.count { $0 == Float(code) }
                case .others: return values.count { $0 >= 20 }
                case .missing:
                    return values.count { $0.isNaN && !CategoryVocabulary.isUnknown($0) }
                case .unseen: return values.count { $0 < 0 || CategoryVocabulary.isUnknown($0) }
                }
            }
        }
    }

    private static func count(
        _ rows: Rows,
        _ monitor: DriftMonitor,
        part: Range<Int>? = nil,
        at now: ContinuousClock.Instant = start
    ) {
        let (numbers, codes) = rows.applications.matrices
        let part = part ?? 0..<rows.count
        monitor.count(
            numbers: numbers.span,
            codes: codes.span,
            rowCount: rows.count,
            rows: part,
            scores: rows.scores.span.extracting(part),
            at: now
        )
    }

    @Test(arguments: [1, 2, 15, 16, 17, 400])
    func everyWayOfCountingFindsTheBinOfEachValue(rowCount: Int) throws {
        let rows = Rows(rowCount, seed: UInt64(rowCount))
        let ways: [(DriftMonitor) -> Void] = [
            { Self.count(rows, $0) },
            { monitor in
                for row in 0..<rowCount { Self.count(rows, monitor, part: row..<row + 1) }
            },
            { monitor in
                let half = rowCount / 2
                for part in [0..<half, half..<rowCount] { Self.count(rows, monitor, part: part) }
            },
            { $0.count(rows.applications, scores: rows.scores.span, at: Self.start) },
        ]
        for (number, way) in ways.enumerated() {
            let monitor = DriftMonitor(try Self.layout(), start: Self.start)
            way(monitor)
            let report = monitor.report(.hour, at: Self.start)
            #expect(report.features.map(\.name) == ["debt", "grade", "purpose", "income"])
            for column in report.features + [try #require(report.score)] {
                #expect(
                    column.bins.map(\.actual) == rows.expected(column),
                    "\(column.name), way \(number)"
                )
                #expect(column.actual == rowCount)
            }
        }
    }

    @Test(arguments: [3, 40])
    func predictionsOfPreparedRowsAreCountedAlone(rowCount: Int) throws {
        let monitor = DriftMonitor(try Self.layout(), start: Self.start)
        let rows = Rows(rowCount, seed: 1)
        monitor.count(scores: rows.scores.span, at: Self.start)
        let report = monitor.report(.day, at: Self.start)
        #expect(report.score?.bins.map(\.actual) == rows.expected(try #require(report.score)))
        #expect(report.features.allSatisfy { $0.actual == 0 && $0.stability == nil })
    }

    @Test func codesThatNoModelHasAreUnseen() throws {
        let monitor = DriftMonitor(try Self.layout(), start: Self.start)
        let column = CodedApplications.Column.self
        let rows = CodedApplications(
            rowCount: 2,
            columns: [
                column.numbers([.infinity, -.infinity]), column.codes([3, 200]),
                column.numbers([22, 1e30]), column.numbers([1e38, -1e38]),
            ]
        )
        monitor.count(rows, scores: [Float]().span, at: Self.start)
        let report = monitor.report(.day, at: Self.start)
        for feature in [report.features[1], report.features[2]] {
            #expect(feature.bins.last?.content == .unseen && feature.bins.last?.actual == 2)
        }
        let debts = report.features[0].bins.map(\.actual)
        #expect(debts.first == 1 && debts.dropLast().last == 1)
        #expect(report.score?.actual == 0)
    }

    @Test func threadsAddUp() async throws {
        let monitor = DriftMonitor(try Self.layout(), start: Self.start)
        let rows = Rows(20, seed: 9)
        await withTaskGroup { group in
            for thread in 0..<8 {
                group.addTask {
                    for turn in 0..<50 {
                        // Slots begin while others count.
                        let now = Self.start + .seconds(turn * 300)
                        Self.count(rows, monitor, part: thread % 2 == 0 ? nil : 3..<4, at: now)
                    }
                }
            }
        }
        let report = monitor.report(.day, at: Self.start + .seconds(50 * 300))
        #expect(report.score?.actual == 4 * 50 * 20 + 4 * 50)
    }

    @Test func windowsSlide() throws {
        let monitor = DriftMonitor(try Self.layout(), start: Self.start)
        let rows = Rows(20, seed: 2)
        let hours = 24 * 9
        for hour in 0..<hours {
            Self.count(rows, monitor, at: Self.start + .seconds(hour * 3_600 + 60))
        }
        let now = Self.start + .seconds((hours - 1) * 3_600 + 1_800)
        for (window, counted) in [(DriftWindow.hour, 1), (.day, 24), (.week, 7 * 24)] {
            let report = monitor.report(window, at: now)
            #expect(report.score?.actual == 20 * counted, "\(window)")
            let length = hours * 3_600 - (report.from - report.since)
            #expect(length >= window.hours * 3_600 && length < (window.hours + 2) * 3_600)
        }
        // Long after the last row nothing is left.
        let later = monitor.report(.week, at: now + .seconds(9 * 24 * 3_600))
        #expect(later.score?.actual == 0 && later.notes.count == 1)
        #expect(later.features.allSatisfy { $0.hasTooFewRows })
    }

    @Test func theFirstWindowBeginsWithTheCounting() throws {
        let monitor = DriftMonitor(try Self.layout(), start: Self.start)
        Self.count(Rows(30, seed: 5), monitor)
        for window in DriftWindow.allCases {
            let report = monitor.report(window, at: Self.start + .seconds(59))
            #expect(report.from == report.since && report.score?.actual == 30)
        }
    }
}

extension DriftWindow {
    fileprivate var hours: Int {
        switch self {
        case .hour: 1
        case .day: 24
        case .week: 168
        }
    }
}
