// SPDX-License-Identifier: Apache-2.0

// Split, expand, fit, prepare, write. The rows of the source are divided first and each part is
// expanded by itself: no noisy copy of a row that is trained on is tested with. The test part begins
// with its rows of the source as they are, which are what a model is measured on.
//
// An expanded part never exists as a whole: each raw column is made, fitted on its training part,
// prepared and written before the next one, with one column per thread at a time. The result depends
// on the source, the size and the seed alone, not on the number of threads.

/// Turns a table of applications into matrices to train on and to test with.
package struct DataStep<Sink: MatrixSink>: Sendable {
    /// Most rows that can be asked for.
    package static var sizeMax: Int { 100_000_000 }
    /// Fewest rows that can be split and learned from.
    package static var rowCountMin: Int { 4 }

    let source: Table
    let train: ExpandedTable
    let test: ExpandedTable
    /// Rows of the source that equal an earlier one.
    package let repeatedRowCount: Int
    private let threadCount: Int

    /// Checks the source and makes the plan.
    /// - Parameters:
    ///   - source: applications with labels.
    ///   - size: rows to expand to; a source that has as many is taken as it is.
    ///   - seed: decides noise and split.
    ///   - threadCount: threads to work on, at least 1.
    /// - Throws: `DataStepError`.
    package init(
        source: Table,
        size: Int,
        seed: UInt64,
        threadCount: Int
    ) throws(DataStepError<Sink.Failure>) {
        guard (1...Self.sizeMax).contains(size) else { throw .size(size, limit: Self.sizeMax) }
        guard source.rowCount >= Self.rowCountMin else {
            throw .tooFewRows(found: source.rowCount, minimum: Self.rowCountMin)
        }
        guard let labels = source.labels else { throw .noLabels }
        let equal = EqualRows(of: source, threadCount: threadCount)
        let split = TrainTestSplit(equal, seed: seed)
        guard !split.test.isEmpty else { throw .oneApplication(rows: source.rowCount) }
        let first = labels[Int(split.train[0])]
        guard split.train.contains(where: { labels[Int($0)] != first }) else { throw .oneClass }
        if let weights = source.weights {
            for part in [split.train, split.test]
            where !part.contains(where: { weights[Int($0)] > 0 }) {
                throw .noWeight(column: source.schema.roles.weight ?? "")
            }
        }
        (train, test) = Self.expand(split, of: source, size: size, seed: seed)
        self.source = source
        repeatedRowCount = equal.repeatedCount
        self.threadCount = threadCount
    }

    /// Three quarters and one quarter of `size` rows, or both parts as they are.
    private static func expand(
        _ split: TrainTestSplit,
        of source: Table,
        size: Int,
        seed: UInt64
    ) -> (train: ExpandedTable, test: ExpandedTable) {
        let isExpanded = size > source.rowCount
        // Each part has all its rows, also where equal ones made it more or less than a quarter.
        let quarter = min(TrainTestSplit.testCount(of: size), size - split.train.count)
        let testSize = max(split.test.count, isExpanded ? quarter : 0)
        let trainSize = isExpanded ? size - testSize : split.train.count
        let train = ExpandedTable(
            source: source,
            rows: split.train,
            size: trainSize,
            keepsFirstRound: !isExpanded,
            seed: seed
        )
        let test = ExpandedTable(
            source: source,
            rows: split.test,
            size: testSize,
            keepsFirstRound: true,
            firstPosition: trainSize,
            seed: seed
        )
        return (train, test)
    }

    /// Rows to train on.
    package var trainRowCount: Int { train.rowCount }
    /// Rows to test with.
    package var testRowCount: Int { test.rowCount }
    /// The first of the rows to test with, which are as the source has them.
    package var untouchedTestRowCount: Int { test.untouchedCount }

    /// Whether the files of weights are written.
    package var hasWeights: Bool { source.weights != nil }

    /// Writes the files.
    /// - Parameters:
    ///   - format: how.
    ///   - sinks: where to; each has had its `end()` when this returns.
    ///   - progress: called with the finished share of the work, rising to 1, on any thread but
    ///     never on two at once.
    /// - Returns: what was fitted on the training part.
    /// - Throws: `DataStepError`; the files are then unfinished.
    package func run(
        format: MatrixFormat,
        sinks: inout DataStepSinks<Sink>,
        progress: @Sendable (Double) -> Void
    ) throws(DataStepError<Sink.Failure>) -> Preprocessor {
        switch format {
        case .npy: try writeColumns(&sinks, progress)
        case .csv: try writeRows(&sinks, progress)
        }
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
        _ features: [FittedFeature]
    ) throws(DataStepError<Sink.Failure>) -> Preprocessor {
        do throws(PreprocessorError) {
            return try Preprocessor(schema: source.schema, features: features)
        } catch {
            throw .preprocessor(error)
        }
    }
}
