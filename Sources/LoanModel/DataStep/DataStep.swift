// SPDX-License-Identifier: Apache-2.0

// Expand, split, fit, prepare, write. The expanded table never exists as a whole: each raw column is
// made, fitted on its training part, prepared and written before the next one, with one column per
// thread at a time. The result depends on the source, the size and the seed alone, not on the number
// of threads.

/// Turns a table of applications into matrices to train on and to test with.
package struct DataStep<Sink: MatrixSink>: Sendable {
    /// Most rows that can be asked for.
    package static var sizeMax: Int { 100_000_000 }
    /// Fewest rows that can be split and learned from.
    package static var rowCountMin: Int { 4 }

    let table: ExpandedTable
    let split: TrainTestSplit
    let labels: [UInt8]
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
        table = ExpandedTable(source: source, size: size, seed: seed)
        guard let labels = table.labels() else { throw .noLabels }
        split = TrainTestSplit(rowCount: table.rowCount, seed: seed)
        let trainOnes = split.train.reduce(0) { $0 + Int(labels[Int($1)]) }
        guard trainOnes > 0, trainOnes < split.train.count else { throw .oneClass }
        self.labels = labels
        self.threadCount = threadCount
    }

    /// Rows to train on.
    package var trainRowCount: Int { split.train.count }
    /// Rows to test with.
    package var testRowCount: Int { split.test.count }

    /// Writes the four files.
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
            return try Preprocessor(schema: table.source.schema, features: features)
        } catch {
            throw .preprocessor(error)
        }
    }
}
