// SPDX-License-Identifier: Apache-2.0

package import ModelValidation

// Split, expand, fit, prepare, write. The rows of the source are divided first, and none of those
// that are not trained on has a noisy copy among those that are. In the documented division both
// parts are expanded, each by itself, and the test part begins with its rows of the source as they
// are, which are what a model is measured on; in every other division only the rows to train on are
// expanded.
//
// An expanded part never exists as a whole: each raw column is made, fitted on its training part,
// prepared and written before the next one, with one column per thread at a time. The result depends
// on the source, the size, the division and the seed alone, not on the number of threads.

/// Turns a table of applications into matrices: to train on, to test with, and others that are
/// asked for.
package struct DataStep<Sink: MatrixSink>: Sendable {
    /// Most rows that can be asked for.
    package static var sizeMax: Int { 100_000_000 }
    /// Fewest rows that can be split and learned from.
    package static var rowCountMin: Int { 4 }

    let source: Table
    /// The parts, those to train on first and those to test with last.
    let parts: [DataPart]
    /// Rows of the source that equal an earlier one.
    package let repeatedRowCount: Int
    /// Rows that equal one of another part; nil in the documented division, where there are none.
    package let duplicates: SplitDuplicates?
    /// For each row of the source the number of its group, where rows are divided by group.
    let groups: [UInt32]?
    /// The first and the last time of each part, where rows are divided by time.
    package let times: [SplitPart: ClosedRange<Double>]
    private let threadCount: Int

    /// Checks the source and makes the plan.
    /// - Parameters:
    ///   - source: applications with labels.
    ///   - division: how its rows are divided; nil: three quarters train and one tests.
    ///   - size: rows to expand to; a source that has as many is taken as it is.
    ///   - seed: decides noise and split.
    ///   - threadCount: threads to work on, at least 1.
    /// - Throws: `DataStepError`.
    package init(
        source: Table,
        division: RowDivision? = nil,
        size: Int,
        seed: UInt64,
        threadCount: Int
    ) throws(DataStepError<Sink.Failure>) {
        guard (1...Self.sizeMax).contains(size) else { throw .size(size, limit: Self.sizeMax) }
        guard source.rowCount >= Self.rowCountMin else {
            throw .tooFewRows(found: source.rowCount, minimum: Self.rowCountMin)
        }
        guard source.labels != nil else { throw .noLabels }
        let equal = EqualRows(of: source, threadCount: threadCount)
        let divided: DividedRows
        if let division {
            do throws(SplitError) {
                divided = try DividedRows(of: source, equal, by: division, seed: seed)
            } catch {
                throw .split(error)
            }
            parts = DataPart.expandingTraining(divided, of: source, size: size, seed: seed)
        } else {
            let split = TrainTestSplit(equal, seed: seed)
            guard !split.test.isEmpty else { throw .oneApplication(rows: source.rowCount) }
            divided = DividedRows(documented: split)
            parts = DataPart.expandingBoth(split, of: source, size: size, seed: seed)
        }
        try Self.check(divided, of: source, hasRule: division != nil)
        self.source = source
        repeatedRowCount = equal.repeatedCount
        duplicates = divided.duplicates
        groups = divided.groups
        times = divided.times
        self.threadCount = threadCount
    }

    /// Refuses parts of which nothing can be learned.
    private static func check(
        _ divided: DividedRows,
        of source: Table,
        hasRule: Bool
    ) throws(DataStepError<Sink.Failure>) {
        guard let labels = source.labels else { return }
        for (part, rows) in divided.parts where part == .train || hasRule {
            let first = labels[Int(rows[0])]
            guard rows.contains(where: { labels[Int($0)] != first }) else {
                throw part == .train ? .oneClass : .oneClassInPart(part)
            }
        }
        guard let weights = source.weights else { return }
        for (part, rows) in divided.parts
        where !rows.contains(where: { weights[Int($0)] > 0 }) {
            throw .noWeight(column: source.schema.roles.weight ?? "", part)
        }
    }

    /// Rows to train on.
    package var trainRowCount: Int { train.rowCount }
    /// Rows to test with.
    package var testRowCount: Int { rows(.test)?.rowCount ?? 0 }
    /// The first of the rows to test with, which are as the source has them.
    package var untouchedTestRowCount: Int { rows(.test)?.untouchedCount ?? 0 }
    /// Rows of all parts.
    package var rowCount: Int { parts.reduce(0) { $0 + $1.rows.rowCount } }

    /// Whether rows to train on are repeated with noise.
    package var isExpanded: Bool { train.untouchedCount < train.rowCount }

    /// The parts that have rows, in order.
    package var partNames: [SplitPart] { parts.map(\.part) }

    /// Rows of a part, and how many of the source are in it.
    package func rowCounts(of part: SplitPart) -> (prepared: Int, source: Int) {
        rows(part).map { ($0.rowCount, $0.sourceRowCount) } ?? (0, 0)
    }

    /// The rows to train on.
    var train: ExpandedTable { parts[0].rows }

    /// The rows of a part; nil where there are none.
    func rows(_ part: SplitPart) -> ExpandedTable? { parts.first { $0.part == part }?.rows }

    /// Whether the files of weights are written.
    package var hasWeights: Bool { source.weights != nil }

    /// Writes the files.
    /// - Parameters:
    ///   - format: how.
    ///   - sinks: where to, one for each part in order; each has had its `end()` when this returns.
    ///   - progress: called with the finished share of the work, rising to 1, on any thread but
    ///     never on two at once.
    /// - Returns: what was fitted on the training part.
    /// - Throws: `DataStepError`; the files are then unfinished.
    package func run(
        format: MatrixFormat,
        sinks: inout [DataPartSinks<Sink>],
        progress: @Sendable (Double) -> Void
    ) throws(DataStepError<Sink.Failure>) -> Preprocessor {
        precondition(sinks.count == parts.count, "each part is written")
        let preprocessor =
            switch format {
            case .npy: try writeColumns(&sinks, progress)
            case .csv: try writeRows(&sinks, progress)
            }
        for place in sinks.indices {
            try sending { () throws(Sink.Failure) in try sinks[place].end(hasWeights: hasWeights) }
        }
        return preprocessor
    }

    /// Runs the pieces of one pass on this step's threads.
    func inOrder<Piece, State: Sendable>(
        _ count: Int,
        _ state: State,
        make: @Sendable (Int) throws(DataStepError<Sink.Failure>) -> Piece,
        use: @Sendable (inout State, Int, Piece) throws(DataStepError<Sink.Failure>) -> Void
    ) throws(DataStepError<Sink.Failure>) -> State {
        try OrderedWork.run(
            count: count,
            threadCount: threadCount,
            state: state,
            make: make,
            use: use
        )
    }

    /// Calls a sink and says whose error it is.
    func sending(
        _ body: () throws(Sink.Failure) -> Void
    ) throws(DataStepError<Sink.Failure>) {
        do throws(Sink.Failure) { try body() } catch { throw .sink(error) }
    }

    /// Puts the fitted columns together.
    func preprocessor(
        _ features: [LearnedFeature]
    ) throws(DataStepError<Sink.Failure>) -> Preprocessor {
        do throws(PreprocessorError) {
            return try Preprocessor(
                schema: source.schema,
                features: features.map(\.fitted),
                profiles: features.map(\.profile)
            )
        } catch {
            throw .preprocessor(error)
        }
    }
}
