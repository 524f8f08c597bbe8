// SPDX-License-Identifier: Apache-2.0

package import ForestInference

/// A preprocessor and a forest that belong together: raw rows to predictions.
///
/// The preparation is pulled back into the forest's cuts, so raw values are scored directly, equal
/// bit for bit to preparing them first. Immutable and shared between threads without locks.
package final class Scorer: Sendable {
    /// The preparation that the model was trained with.
    package let preprocessor: Preprocessor
    /// What the predictions are.
    package let prediction: Prediction
    let forest: FusedForest
    let compiled: CompiledForest
    /// What contributions read.
    let contributionTables = ContributionTables()
    private let pool: ScoringPool?

    /// Rows from which on a batch is worth waking other threads.
    private static let sharedRowsMin = 8_192

    /// - Parameters:
    ///   - isBound: whether the forest is known to be trained on what this preprocessor prepares.
    ///   - pool: threads that share large batches; nil: every caller scores alone.
    /// - Throws: `Mismatch` unless the forest scores what the preprocessor prepares.
    package convenience init(
        preprocessor: Preprocessor,
        forest: CompiledForest,
        isBound: Bool = false,
        pool: ScoringPool? = nil
    ) throws(Mismatch) {
        try Self.check(forest.forest, against: preprocessor, isBound: isBound)
        try self.init(checked: preprocessor, forest, pool)
    }

    /// Scores with a forest that has no preparation: its raw features are its columns, and numbers
    /// are passed through as they are.
    /// - Parameter pool: threads that share large batches; nil: every caller scores alone.
    /// - Throws: `Mismatch` where two columns have one name.
    package convenience init(
        passing forest: CompiledForest,
        pool: ScoringPool? = nil
    ) throws(Mismatch) {
        try self.init(checked: try Self.passing(forest.forest), forest, pool)
    }

    private init(
        checked preprocessor: Preprocessor,
        _ forest: CompiledForest,
        _ pool: ScoringPool?
    ) throws(Mismatch) {
        self.preprocessor = preprocessor
        compiled = forest
        self.pool = pool
        prediction = Prediction(forest.forest)
        do {
            self.forest = try FusedForest(forest, inputs: RawInputs(preprocessor))
        } catch {
            throw .inputs(error)
        }
    }

    /// Checks that a forest scores what a preprocessor prepares: costs less than compiling it.
    ///
    /// As many columns are not the same columns: names prove them, or the fingerprint that binds a
    /// forest to its preprocessor.
    package static func check(
        _ forest: Forest,
        against preprocessor: Preprocessor,
        isBound: Bool
    ) throws(Mismatch) {
        guard forest.featureCount == preprocessor.columnCount else {
            throw .featureCount(
                preprocessor: preprocessor.columnCount,
                forest: forest.featureCount
            )
        }
        let names = forest.featureNames
        guard !names.isEmpty || isBound else { throw .unnamed(columns: forest.featureCount) }
        for (index, (name, column)) in zip(names, preprocessor.columnNames).enumerated() {
            // Compared by bytes: Swift's `==` also equates canonically equivalent spellings.
            guard name.utf8.elementsEqual(column.utf8) else {
                throw .featureName(index: index, preprocessor: column, forest: name)
            }
        }
        if let encoded = forest.encodedFeatures.first {
            throw .categories(column: preprocessor.columnNames[encoded])
        }
    }

    /// A preprocessor that passes the columns of a forest through, by the names that its file has,
    /// or else by their positions: `f0`, `f1` and so on, as XGBoost calls them. Where the file
    /// names the categories of a column, these names stand for their codes; an indicator is a
    /// boolean.
    /// - Throws: `Mismatch` where two columns have one name, or the categories cannot be used.
    package static func passing(_ forest: Forest) throws(Mismatch) -> Preprocessor {
        let names =
            forest.featureNames.isEmpty
            ? (0..<forest.featureCount).map { "f\($0)" } : forest.featureNames
        var known: Set<String> = []
        for name in names where !known.insert(name).inserted {
            throw .repeatedName(name)
        }
        do throws(PreprocessorError) {
            // XGBoost calls it an indicator: what pandas has as bool.
            let booleans = forest.featureTypes.indices.filter { forest.featureTypes[$0] == "i" }
            return try Preprocessor(
                passing: names,
                categories: forest.categories,
                booleans: Set(booleans)
            )
        } catch {
            throw .preprocessor(error)
        }
    }

    /// Values that scoring writes for a row.
    package func valueCount(of output: ScoreOutput) -> Int {
        compiled.forest.valueCount(of: output)
    }

    /// The objective of the forest, as XGBoost calls it.
    package var objective: String { compiled.forest.objective.rawValue }

    /// Trees of the forest.
    package var treeCount: Int { compiled.forest.treeCount }

    /// Which iterations count, where the model says which one was the best.
    package var earlyStopping: EarlyStopping? { compiled.forest.earlyStopping }

    /// Bytes that the model holds. It grows by working memory when more threads call at a time than
    /// before, up to the number of threads that the forest was compiled for.
    package var byteCount: Int { forest.memoryBytes + contributionTables.byteCount }

    /// The largest batch, of `rowsMax` rows at most, that is expected to take no longer than a time.
    package func rowCount(within time: Duration, atMost rowsMax: Int) -> Int {
        (1...rowsMax).last { compiled.expectedTime(rowCount: $0) <= time } ?? 0
    }

    /// The kernels that run here, by name.
    package var kernelNames: [String] { compiled.activeKernels.map(\.rawValue) }

    /// Scores raw columns, without allocating: the forest keeps working memory for as many threads
    /// as have called at a time. `numbers` is of shape (numbers, rowCount), `codes` of
    /// shape (categories, rowCount), each column after column in the schema's order.
    /// - Parameters:
    ///   - rows: the rows to score.
    ///   - results: `valueCount(of:)` values for each of these rows, row after row.
    package func score(
        numbers: Span<Float>,
        codes: Span<UInt8>,
        rowCount: Int,
        rows: Range<Int>,
        output: ScoreOutput,
        into results: inout MutableSpan<Float>
    ) {
        let numberLayout = MatrixLayout.columnMajor(
            rowCount: rows.count,
            columnCount: numbers.count / max(1, rowCount),
            columnStride: rowCount
        )
        let codeLayout = MatrixLayout.columnMajor(
            rowCount: rows.count,
            columnCount: codes.count / max(1, rowCount),
            columnStride: rowCount
        )
        // A matrix without columns has no rows to leave out.
        let numbers = numbers.extracting(min(rows.lowerBound, numbers.count)...)
        let codes = codes.extracting(min(rows.lowerBound, codes.count)...)
        if let pool, rows.count >= Self.sharedRowsMin {
            pool.score(
                forest,
                numeric: numbers,
                numericLayout: numberLayout,
                codes: codes,
                codeLayout: codeLayout,
                output: output,
                into: &results
            )
        } else {
            forest.score(
                numeric: numbers,
                numericLayout: numberLayout,
                codes: codes,
                codeLayout: codeLayout,
                output: output,
                into: &results
            )
        }
    }

    /// Scores a prepared matrix of shape (columnCount, rowCount), column after column.
    /// - Parameters:
    ///   - rows: the rows to score.
    ///   - results: `valueCount(of:)` values for each of these rows, row after row.
    package func score(
        prepared: Span<Float>,
        rowCount: Int,
        rows: Range<Int>,
        output: ScoreOutput,
        into results: inout MutableSpan<Float>
    ) {
        let layout = MatrixLayout.columnMajor(
            rowCount: rows.count,
            columnCount: preprocessor.columnCount,
            columnStride: rowCount
        )
        let prepared = prepared.extracting(rows.lowerBound...)
        if let pool, rows.count >= Self.sharedRowsMin {
            pool.score(compiled, prepared, layout: layout, output: output, into: &results)
        } else {
            compiled.score(prepared, layout: layout, output: output, into: &results)
        }
    }

    /// Turns margins into predictions, bit for bit as `score` writes them: both by one pass over
    /// the trees.
    /// - Parameters:
    ///   - margins: what `score` has written for the output `.margin`, row after row.
    ///   - results: `valueCount(of: .probability)` values for each of these rows, row after row.
    package func predict(margins: Span<Float>, into results: inout MutableSpan<Float>) {
        compiled.predict(margins: margins, into: &results)
    }

    /// The predictions for a batch: `valueCount(of: .probability)` values a row, row after row.
    package func predictions(of applications: CodedApplications) -> [Float] {
        let rowCount = applications.rowCount
        let (numbers, codes) = applications.matrices
        var predictions = [Float](
            repeating: 0,
            count: rowCount * valueCount(of: .probability)
        )
        guard rowCount > 0 else { return predictions }
        var results = predictions.mutableSpan
        score(
            numbers: numbers.span,
            codes: codes.span,
            rowCount: rowCount,
            rows: 0..<rowCount,
            output: .probability,
            into: &results
        )
        return predictions
    }
}
