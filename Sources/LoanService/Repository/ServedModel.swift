// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import Foundation
package import LoanModel
internal import Synchronization

/// A model in memory, ready to score: an immutable snapshot of one stored version.
package final class ServedModel: Sendable {
    /// A raw feature as a caller must give it.
    package struct Feature: Equatable, Sendable {
        /// Its column in requests.
        package let name: String
        /// What its cells are.
        package let kind: LoanModel.Feature.Kind
        /// The matrix that its cells travel in.
        package var carrier: LoanModel.Feature.Carrier { text.carrier }
        /// Known categories, sorted; empty for a number.
        package let categories: [String]
        /// Names of the prepared columns that it becomes.
        package let preparedNames: [String]
        /// Where a number's training values lie; nil for a category and for older artifacts.
        package let range: TrainingRange?
        /// What a missing number becomes; nil where missing stays missing.
        package let median: Double?
        /// What turns the texts of requests into codes; knows nothing for a number.
        package var vocabulary: CategoryVocabulary { text.vocabulary }
        private let text: CellText

        /// Gathers the parts, and codes the categories.
        package init(
            name: String,
            kind: LoanModel.Feature.Kind,
            carrier: LoanModel.Feature.Carrier? = nil,
            categories: [String] = [],
            preparedNames: [String] = [],
            range: TrainingRange? = nil,
            median: Double? = nil
        ) {
            self.name = name
            self.kind = kind
            self.categories = categories
            self.preparedNames = preparedNames
            self.range = range
            self.median = median
            let isCoded =
                kind == .category && categories.count <= TableLimits.codedCategoriesMax
            text = CellText(
                kind: kind,
                carrier: carrier ?? (isCoded ? .code : .number),
                vocabulary: CategoryVocabulary(categories)
            )
        }

        /// The cell of the text at `range`: the one reader of all transports.
        @inline(__always)
        package func cell(
            of text: borrowing Span<UInt8>,
            _ range: Range<Int>
        ) throws(CellText.Failure) -> CellText.Cell {
            try self.text.cell(of: text, range)
        }

        /// The cell of a whole text.
        package func cell(of text: String) throws(CellText.Failure) -> CellText.Cell {
            try self.text.cell(of: text)
        }
    }

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
    /// Milliseconds since 1970.
    package let loadedAtMilliseconds: UInt64
    /// What is counted for this model.
    package let metrics: ModelMetrics
    /// Likewise for each category column.
    private let unmatchedCategories: [UnmatchedCategories]
    /// Rows that are scored in some 2 ms, up to `QuickRows.countMax`.
    package let quickRowCount: Int
    private let scorer: Scorer
    private static let loadings = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - version: the stored generation.
    ///   - training: the facts that the stored model records of its training.
    ///   - isPrepared: whether the scorer's preprocessor is a stored one.
    ///   - metrics: where scores are counted.
    package init(
        scorer: Scorer,
        version: String? = nil,
        training: TrainingFacts? = nil,
        isPrepared: Bool = true,
        warnings: [String] = [],
        metrics: ModelMetrics = .unread()
    ) {
        self.scorer = scorer
        self.version = version
        self.training = training
        self.isPrepared = isPrepared
        self.warnings = warnings
        self.metrics = metrics
        quickRowCount = scorer.rowCount(within: QuickRows.timeMax, atMost: QuickRows.countMax)
        let preprocessor = scorer.preprocessor
        features = preprocessor.schema.features.enumerated().map { index, feature in
            let fitted = preprocessor.step(ofFeature: index).fitted
            return Feature(
                name: feature.name,
                kind: feature.kind,
                carrier: fitted.carrier,
                categories: fitted.categories,
                preparedNames: fitted.columnNames,
                range: fitted.range,
                median: fitted.median
            )
        }
        unmatchedCategories = features.filter { $0.carrier == .code }
            .map { metrics.unmatchedCategories(of: $0.name) }
        generation = Self.loadings.add(1, ordering: .relaxed).newValue
        categoryCounts = features.filter { $0.carrier == .code }.map(\.categories.count)
        schemaID = SchemaFingerprint.of(features, preparedNames: preprocessor.columnNames)
        let now = Date().timeIntervalSince1970
        loadedAtMilliseconds = UInt64(now * 1000)
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
    /// Bytes that the model holds; see `Scorer`.
    package var byteCount: Int { scorer.byteCount }
    /// The kernels that run here.
    package var kernelNames: [String] { scorer.kernelNames }
    /// What the predictions are.
    package var prediction: Prediction { scorer.prediction }

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
        if !margins { countUnmatched(codes, rowCount: rowCount, rows: scored) }
    }

    private func note(
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

    private func countUnmatched(_ codes: Span<UInt8>, rowCount: Int, rows: Range<Int>) {
        for (index, counters) in unmatchedCategories.enumerated() {
            let start = index * rowCount
            counters.count(codes.extracting(start + rows.lowerBound..<start + rows.upperBound))
        }
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
    }

    /// What the objective predicts for each row of a batch: `valueCount(margins: false)` values a
    /// row, row after row; one probability of default where that is what the model predicts.
    package func probabilities(of applications: CodedApplications) -> [Float] {
        let start = ContinuousClock.now
        let probabilities = scorer.predictions(of: applications)
        note(probabilities.span, of: applications.rowCount, margins: false, since: start)
        var codes: [[UInt8]] = []
        for case .codes(let column) in applications.columns { codes.append(column) }
        for (counters, column) in zip(unmatchedCategories, codes) { counters.count(column.span) }
        return probabilities
    }

    /// A reader of tables of raw applications, with the categories coded for this model.
    /// - Parameter header: whether the columns must be named.
    package func tableReader(header: HeaderRule = .required) -> CSVReader {
        CSVReader(
            schema: scorer.preprocessor.schema,
            vocabularies: features.map(\.vocabulary),
            header: header
        )
    }

    /// The rows of a table in memory.
    /// - Parameter header: whether the columns must be named.
    /// - Throws: `CSVError`; `.empty` if there is no row.
    package func applications(
        csv bytes: [UInt8],
        header: HeaderRule = .required
    ) throws(CSVError) -> CodedApplications {
        var reader = tableReader(header: header)
        try reader.append(bytes.span)
        let applications = try reader.finishApplications()
        guard applications.rowCount > 0 else { throw .empty }
        return applications
    }
}
