// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
package import LoanRPC
package import LoanService
package import Machine

/// Scores the batches of RPC callers with the models that they name.
package struct PredictAdapter: PredictHandler {
    /// Rows between two looks at the clock and at CANCEL: some milliseconds of work, and enough to
    /// be shared between threads.
    private static let partRows = 8_192

    private let models: ServedModels
    /// The names that other servers serve; nil where this one is by itself.
    private let names: SharedNames?

    /// - Parameters:
    ///   - models: the names that callers may ask for.
    ///   - names: where a name that is not among them is looked for.
    package init(models: ServedModels, names: SharedNames? = nil) {
        self.models = models
        self.names = names
    }

    /// Rows that are scored on an event loop without others noticing.
    package var quickRowCount: Int { models.quickRows.count }

    /// The model that a batch names.
    package func model(of batch: borrowing PredictBatch) throws(RPCStatus) -> ServedModel {
        try model(batch.model)
    }

    /// Scores a batch by its model.
    package func predict(
        _ batch: borrowing PredictBatch,
        with model: ServedModel,
        into scores: inout PredictScores,
        until stop: StopSignal
    ) throws(RPCStatus) {
        do throws(RPCStatus) {
            try Self.predict(batch, model, into: &scores, until: stop)
        } catch {
            model.metrics.refused(calls: max(1, batch.callCount))
            throw error
        }
        model.metrics.answered(
            calls: batch.callCount,
            queued: batch.waited,
            elapsed: .nanoseconds(MonotonicTime.now().nanoseconds(since: batch.arrivedAt))
        )
    }

    private static func predict(
        _ batch: borrowing PredictBatch,
        _ model: ServedModel,
        into scores: inout PredictScores,
        until stop: StopSignal
    ) throws(RPCStatus) {
        guard batch.schemaID == 0 || batch.schemaID == model.schemaID else {
            throw RPCStatus(
                .failedPrecondition,
                "schema_id is not that of model \(batch.model): read ServerInfo again",
                isNotStarted: true
            )
        }
        try PredictValues.check(batch, model)
        if batch.outputs.contains(.decisions) { try checkDecidable(batch, model) }
        if batch.outputs.contains(.calibrated) { try checkCalibrated(batch, model) }
        let cells: ColumnCells? =
            batch.columns.isEmpty
            ? nil : try ColumnCells(batch.columns, firstRow: batch.firstRow, of: model)
        if model.refusesUnknownCategories { try refuseUnknown(batch, cells, model) }
        try explain(batch, cells, model, into: &scores)
        scores.generation = model.generation
        if model.prediction == .probability {
            try scores.withProbabilities { (target: inout MutableSpan<Float>) throws(RPCStatus) in
                try score(batch, cells, model, margins: false, until: stop, into: &target)
            }
            if batch.outputs.contains(.decisions) { decide(batch, cells, model, in: &scores) }
            if batch.outputs.contains(.calibrated) {
                calibrate(batch, cells, model, in: &scores)
            }
        } else {
            let count = model.valueCount(margins: false)
            try scores.withValues(perRow: count) {
                (target: inout MutableSpan<Float>) throws(RPCStatus) in
                try score(batch, cells, model, margins: false, until: stop, into: &target)
            }
        }
        guard batch.outputs.contains(.margins) else { return }
        let count = model.valueCount(margins: true)
        try scores.withMargins(perRow: count) {
            (target: inout MutableSpan<Float>) throws(RPCStatus) in
            try score(batch, cells, model, margins: true, until: stop, into: &target)
        }
    }

    /// Refuses a category that the model does not know, by feature and row.
    private static func refuseUnknown(
        _ batch: borrowing PredictBatch,
        _ cells: ColumnCells?,
        _ model: ServedModel
    ) throws(RPCStatus) {
        let rowCount = batch.rowCount
        let found: (feature: String, row: Int)?
        if let cells {
            found = model.firstUnknown(
                numbers: cells.numbers.span,
                codes: cells.codes.span,
                rowCount: rowCount
            )
        } else if batch.preparedFeatureCount == nil {
            found = batch.withNumbers { numbers in
                batch.withCodes { codes in
                    model.firstUnknown(numbers: numbers, codes: codes, rowCount: rowCount)
                }
            }
        } else {
            found = nil
        }
        guard let found else { return }
        throw RPCStatus(
            .invalidArgument,
            "\(found.feature), row \(batch.firstRow + found.row): is a category that the model "
                + "does not know, which this server refuses"
        )
    }

    private func model(_ name: String) throws(RPCStatus) -> ServedModel {
        do {
            return try models.model(name)
        } catch {
            var status = RPCStatus(error)
            if status.code == .notFound, let names, names.beginFinding(name) {
                // Calls do not wait on this thread: a caller that comes again finds the model.
                status = RPCStatus(
                    .unavailable,
                    "model \(name) is not served here so far and is being looked for: try again"
                )
            } else if status.code == .notFound, models.names.isEmpty {
                status = RPCStatus(.failedPrecondition, "no model is loaded: send LoadModel first")
            }
            status.isNotStarted = true
            throw status
        }
    }

    /// Scores part by part: a caller who gives up does not keep a thread.
    private static func score(
        _ batch: borrowing PredictBatch,
        _ cells: ColumnCells?,
        _ model: ServedModel,
        margins: Bool,
        until stop: StopSignal,
        into target: inout MutableSpan<Float>
    ) throws(RPCStatus) {
        let rowCount = batch.rowCount
        let valueCount = model.valueCount(margins: margins)
        var first = 0
        while first < rowCount {
            if let status = stop.status { throw status }
            let rows = first..<min(first + partRows, rowCount)
            var part = target._mutatingExtracting(
                rows.lowerBound * valueCount..<rows.upperBound * valueCount
            )
            score(batch, cells, model, rows, margins: margins, into: &part)
            first = rows.upperBound
        }
    }

    private static func score(
        _ batch: borrowing PredictBatch,
        _ cells: ColumnCells?,
        _ model: ServedModel,
        _ rows: Range<Int>,
        margins: Bool,
        into target: inout MutableSpan<Float>
    ) {
        let rowCount = batch.rowCount
        if let cells {
            model.score(
                numbers: cells.numbers.span,
                codes: cells.codes.span,
                rowCount: rowCount,
                rows: rows,
                margins: margins,
                into: &target
            )
        } else if batch.preparedFeatureCount != nil {
            batch.withPrepared {
                model.score(
                    prepared: $0,
                    rowCount: rowCount,
                    rows: rows,
                    margins: margins,
                    into: &target
                )
            }
        } else {
            batch.withNumbers { numbers in
                batch.withCodes { codes in
                    model.score(
                        numbers: numbers,
                        codes: codes,
                        rowCount: rowCount,
                        rows: rows,
                        margins: margins,
                        into: &target
                    )
                }
            }
        }
    }
}
