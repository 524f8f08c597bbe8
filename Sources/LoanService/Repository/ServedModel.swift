// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import Foundation
package import LoanModel
internal import Synchronization

/// A model in memory, ready to score: an immutable snapshot of one stored version.
package final class ServedModel: Sendable {
    /// The raw features in the schema's order.
    package let features: [Feature]
    /// Counts the loads of this process, from 1: each model in memory has another number.
    package let generation: UInt64
    /// The generation in storage; nil for a model that another tool stored.
    package let version: String?
    /// Facts about its training; nil for a model that another tool stored.
    package let training: TrainingFacts?
    /// Whether a preprocessor prepares what callers send; else the model is served as it is: its
    /// columns are its features.
    package let isPrepared: Bool
    /// Sentences on files next to the stored model that differ from the one that is served.
    package let warnings: [String]
    /// A fingerprint of the raw columns, their categories and the prepared columns.
    package let schemaID: UInt64
    /// Categories of each category column, in the schema's order.
    package let categoryCounts: [Int]
    /// Whether the raw features are those of the documented table, in its order.
    package let hasDocumentedFeatures: Bool
    /// Milliseconds since 1970.
    package let loadedAtMilliseconds: UInt64
    /// What is counted for this model.
    package let metrics: ModelMetrics
    /// Whether rows are refused whose categories the model does not know; else they are scored as
    /// none of its categories.
    package let refusesUnknownCategories: Bool
    /// The same for each category column.
    private let unmatched: UnmatchedColumns
    /// Counts rows by the bins of those that it was trained on; nil where nothing is known of them.
    package let drift: DriftMonitor?
    /// Rows that are scored in some 2 ms, up to `QuickRows.countMax`.
    package let quickRowCount: Int
    /// What is made of its probabilities, where `decides`.
    package let policy: ServedPolicy
    /// Whether its predictions are probabilities of the kind that policies are about.
    package let decides: Bool
    /// Whether it has calibrated probabilities in addition to its own.
    package let isCalibrated: Bool
    /// Where it comes from; nil for a model of a file alone.
    package let source: ModelSource?
    let scorer: Scorer
    /// Makes what reasons read; nil where nobody counts the memory.
    let reasonTables: ReasonTables?
    private static let loadings = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - version: the stored generation.
    ///   - training: the facts that the stored model records of its training.
    ///   - isPrepared: whether the scorer's preprocessor is a stored one.
    ///   - refusesUnknownCategories: whether the operator has rows with such refused.
    ///   - policy: one that is held against these features; nil takes the standard one.
    ///   - reasonTables: makes what reasons read; nil makes it without counting the memory.
    ///   - source: where it comes from.
    ///   - metrics: where scores are counted.
    ///   - showsDrift: whether metrics show how its rows lie: those of its name are of one version.
    package init(
        scorer: Scorer,
        version: String? = nil,
        training: TrainingFacts? = nil,
        isPrepared: Bool = true,
        refusesUnknownCategories: Bool = false,
        warnings: [String] = [],
        policy: ServedPolicy? = nil,
        reasonTables: ReasonTables? = nil,
        source: ModelSource? = nil,
        metrics: ModelMetrics = .unread(),
        showsDrift: Bool = true
    ) {
        self.scorer = scorer
        self.version = version
        self.training = training
        self.isPrepared = isPrepared
        self.refusesUnknownCategories = refusesUnknownCategories
        self.warnings = warnings
        self.reasonTables = reasonTables
        self.source = source
        self.metrics = metrics
        isCalibrated = training?.calibration != nil
        // Rows of a calibrated model are summed twice.
        quickRowCount = scorer.rowCount(
            within: isCalibrated ? QuickRows.timeMax / 2 : QuickRows.timeMax,
            atMost: QuickRows.countMax
        )
        let preprocessor = scorer.preprocessor
        features = Feature.all(of: preprocessor)
        decides = ServedPolicy.isFor(scorer)
        self.policy = policy ?? .standard
        unmatched = UnmatchedColumns(
            features.map { ($0.name, $0.carrier, $0.kind == .category) },
            metrics.unmatchedCategories
        )
        drift = DriftLayout(
            preprocessor,
            training?.importances ?? [],
            score: training?.scoreProfile
        ).map { DriftMonitor($0, series: showsDrift ? metrics.place : nil) }
        generation = Self.loadings.add(1, ordering: .relaxed).newValue
        categoryCounts = features.filter { $0.carrier == .code }.map(\.categories.count)
        schemaID = SchemaFingerprint.of(features, preparedNames: preprocessor.columnNames)
        let now = Date().timeIntervalSince1970
        loadedAtMilliseconds = UInt64(now * 1000)
        hasDocumentedFeatures = features.elementsEqual(TableSchema.creditRisk.features) {
            $0.name == $1.name && $0.kind == $1.kind
                && $0.carrier == ($1.kind == .category ? .code : .number)
        }
    }

    /// The code of a missing category.
    package static let missingCode = CategoryVocabulary.missing
    /// The code of a category that is given and that training had not.
    package static let unknownCode = CategoryVocabulary.unknown

    /// Columns of the prepared matrix.
    package var preparedFeatureCount: Int { scorer.preprocessor.columnCount }
    /// Names of the columns of the prepared matrix.
    package var preparedFeatureNames: [String] { scorer.preprocessor.columnNames }
    /// Trees of the forest.
    package var treeCount: Int { scorer.treeCount }
    /// The best iteration of early stopping, counted from 0, where the model says it.
    package var bestIteration: Int? { scorer.earlyStopping?.bestIteration }
    /// Which iterations are scored, in words, where the model says which one was the best.
    package var iterations: String? { scorer.earlyStopping?.sentence }
    /// Bytes that the model holds, see `Scorer`, and those of the counts of its rows.
    package var byteCount: Int { scorer.byteCount + (drift?.byteCount ?? 0) }
    /// The kernels that run here.
    package var kernelNames: [String] { scorer.kernelNames }
    /// What the predictions are.
    package var prediction: Prediction { scorer.prediction }
    /// What it was trained for, as XGBoost calls it.
    package var objective: String { scorer.objective }
    /// What its predictions are about; nil where nothing says it.
    package var label: Label? { Label(scorer.preprocessor.schema) }

    /// Values that scoring writes for a row, row after row.
    /// - Parameter margins: of the margins instead of the predictions.
    package func valueCount(margins: Bool) -> Int {
        scorer.valueCount(of: margins ? .margin : .probability)
    }

    /// Scores raw applications without copies.
    /// - Parameters:
    ///   - numbers: shape (numbers, rowCount), column after column in the schema's order.
    ///   - codes: shape (categories, rowCount), likewise; below `categoryCounts`, or 254 where
    ///     the category is unknown and 255 where it is missing.
    ///   - rows: the rows to score; nil: all. Callers who may be stopped ask part by part.
    ///   - margins: the sums before the objective's link, instead of the predictions.
    ///   - results: `valueCount(margins:)` for each of these rows, row after row.
    package func score(
        numbers: Span<Float>,
        codes: Span<UInt8>,
        rowCount: Int,
        rows: Range<Int>? = nil,
        margins: Bool,
        into results: inout MutableSpan<Float>
    ) {
        let start = ContinuousClock.now
        scorer.score(
            numbers: numbers,
            codes: codes,
            rowCount: rowCount,
            rows: rows ?? 0..<rowCount,
            output: margins ? .margin : .probability,
            into: &results
        )
        let scored = rows ?? 0..<rowCount
        note(results.span, of: scored.count, margins: margins, since: start)
        guard !margins else { return }
        count(numbers, codes, rowCount: rowCount, rows: scored, results.span, at: start)
    }

    /// Counts raw rows that are predicted.
    /// - Parameters:
    ///   - predictions: `valueCount(margins: false)` for each of these rows.
    ///   - start: when they were taken up.
    func count(
        _ numbers: Span<Float>,
        _ codes: Span<UInt8>,
        rowCount: Int,
        rows: Range<Int>,
        _ predictions: Span<Float>,
        at start: ContinuousClock.Instant
    ) {
        unmatched.count(numbers: numbers, codes: codes, rowCount: rowCount, rows: rows)
        drift?.count(
            numbers: numbers,
            codes: codes,
            rowCount: rowCount,
            rows: rows,
            scores: predictions,
            at: start
        )
    }

    /// Counts values that are written for some rows.
    func note(
        _ values: Span<Float>,
        of rowCount: Int,
        margins: Bool,
        since start: ContinuousClock.Instant
    ) {
        let kind: ModelMetrics.Scored =
            if margins { .margins } else if prediction == .probability { .probabilities } else {
                .predictions
            }
        metrics.scored(values, kind, rowCount: rowCount, in: .now - start)
    }

    /// Scores a prepared matrix: shape (preparedFeatureCount, rowCount), column after column.
    /// - Parameters:
    ///   - margins: the sums before the objective's link, instead of the predictions.
    ///   - results: `valueCount(margins:)` for each of these rows, row after row.
    package func score(
        prepared: Span<Float>,
        rowCount: Int,
        rows: Range<Int>? = nil,
        margins: Bool,
        into results: inout MutableSpan<Float>
    ) {
        let start = ContinuousClock.now
        scorer.score(
            prepared: prepared,
            rowCount: rowCount,
            rows: rows ?? 0..<rowCount,
            output: margins ? .margin : .probability,
            into: &results
        )
        note(results.span, of: rows?.count ?? rowCount, margins: margins, since: start)
        if !margins { drift?.count(scores: results.span, at: start) }
    }

    /// What the objective predicts for each row of a batch: `valueCount(margins: false)` values a
    /// row, row after row; one probability of default where that is what the model predicts.
    package func probabilities(of applications: CodedApplications) -> [Float] {
        let start = ContinuousClock.now
        let probabilities = scorer.predictions(of: applications)
        note(probabilities.span, of: applications.rowCount, margins: false, since: start)
        unmatched.count(applications)
        drift?.count(applications, scores: probabilities.span, at: start)
        return probabilities
    }

    /// The first category of a batch that the model does not know: its feature, and the row counted
    /// from 0.
    package func firstUnknown(
        in applications: CodedApplications
    ) -> (feature: String, row: Int)? {
        unmatched.firstUnknown(in: applications)
    }

    /// The same for the matrices that `score` takes.
    package func firstUnknown(
        numbers: Span<Float>,
        codes: Span<UInt8>,
        rowCount: Int
    ) -> (feature: String, row: Int)? {
        unmatched.firstUnknown(numbers: numbers, codes: codes, rowCount: rowCount)
    }

    /// A reader of tables of raw applications, with the categories coded for this model.
    /// - Parameters:
    ///   - header: whether the columns must be named.
    ///   - dialect: how the tables are written.
    package func tableReader(
        header: HeaderRule = .required,
        dialect: CSVDialect = .standard
    ) -> CSVReader {
        CSVReader(
            schema: scorer.preprocessor.schema,
            vocabularies: features.map(\.vocabulary),
            header: header,
            dialect: dialect
        )
    }

    /// The rows of a table in memory.
    /// - Parameter header: whether the columns must be named.
    /// - Throws: `CSVError`; `.empty` if there is no row.
    package func applications(
        csv bytes: [UInt8],
        header: HeaderRule = .required
    ) throws(CSVError) -> CodedApplications {
        // Names show what is between them; rows without names are separated by commas.
        let dialect = header == .required ? CSVDialect() : .standard
        var reader = tableReader(header: header, dialect: dialect)
        try reader.append(bytes.span)
        let applications = try reader.finishApplications()
        guard applications.rowCount > 0 else { throw .empty }
        return applications
    }
}
