// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
package import LoanRPC
package import LoanService
package import Machine
internal import Observability

/// Scores the batches of RPC callers with the models that they name.
package struct PredictAdapter: PredictHandler {
    /// Rows between two looks at the clock and at CANCEL: some milliseconds of work, and enough to
    /// be shared between threads.
    static let partRows = 8_192

    private let models: ServedModels
    /// The names that other servers serve; nil where this one is by itself.
    private let names: SharedNames?
    /// Where what watches answers is found; nil where nothing can.
    private let service: LoanService?
    let transport: CallTransport

    /// - Parameters:
    ///   - models: the names that callers may ask for.
    ///   - names: where a name that is not among them is looked for.
    package init(models: ServedModels, names: SharedNames? = nil) {
        self.models = models
        self.names = names
        service = nil
        transport = .rpc
    }

    /// - Parameters:
    ///   - service: whose models answer, and what watches their answers.
    ///   - transport: how the calls come.
    package init(_ service: LoanService, _ transport: CallTransport) {
        self.service = service
        self.transport = transport
        models = service.served
        names = service.names
    }

    /// Rows that are scored on an event loop without others noticing: none where answers wait for
    /// the disk.
    package var quickRowCount: Int {
        service?.record?.isDurable == true ? 0 : models.quickRows.count
    }

    /// A number for the id of a call, where anything watches.
    package func nextCallNumber() -> UInt64 {
        service?.answers == nil ? 0 : RequestID.number()
    }

    /// Waits until the record is on the disk.
    package func settle(_ ticket: UInt64, _ done: @escaping @Sendable (RPCStatus?) -> Void) {
        guard let record = service?.record else { return done(nil) }
        record.settle(ticket) { done($0.map { RPCStatus($0) }) }
    }

    /// The model that a batch names.
    package func model(of batch: borrowing PredictBatch) throws(RPCStatus) -> AnsweringModel {
        let model = try model(batch.model)
        guard let challengers = service?.challengers, challengers.hasCanaries else {
            return AnsweringModel(model, name: batch.model)
        }
        return try Self.answering(batch, model, challengers)
    }

    /// Scores a batch by its model.
    package func predict(
        _ batch: borrowing PredictBatch,
        with answerer: AnsweringModel,
        into scores: inout PredictScores,
        until stop: StopSignal
    ) throws(RPCStatus) {
        let model = answerer.model
        do throws(RPCStatus) {
            try predict(batch, answerer, into: &scores, until: stop)
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

    private func predict(
        _ batch: borrowing PredictBatch,
        _ answerer: AnsweringModel,
        into scores: inout PredictScores,
        until stop: StopSignal
    ) throws(RPCStatus) {
        let model = answerer.model
        // Callers know the model of the name.
        guard batch.schemaID == 0 || batch.schemaID == answerer.champion.schemaID else {
            throw RPCStatus(
                .failedPrecondition,
                "schema_id is not that of model \(batch.model): read ServerInfo again",
                isNotStarted: true
            )
        }
        try PredictValues.check(batch, model)
        let outputs = batch.outputs
        if outputs.contains(.decisions) { try Self.checkDecidable(batch, model) }
        if outputs.contains(.calibrated) { try Self.checkCalibrated(batch, model) }
        let cells: ColumnCells? =
            batch.columns.isEmpty
            ? nil : try ColumnCells(batch.columns, firstRow: batch.firstRow, of: model)
        if model.refusesUnknownCategories { try Self.refuseUnknown(batch, cells, model) }
        try Self.explain(batch, cells, model, into: &scores)
        scores.generation = model.generation
        let answers = service?.answers
        if answers != nil || outputs.contains(.decisions) || outputs.contains(.calibrated) {
            let extras = try Self.scoreBoth(batch, cells, model, until: stop, into: &scores)
            guard let answers else { return }
            return try keep(batch, cells, answerer, extras, in: &scores, by: answers)
        }
        try Self.score(batch, cells, model, into: &scores, until: stop)
    }

    /// Scores what has no use for margins, unless these are asked for.
    private static func score(
        _ batch: borrowing PredictBatch,
        _ cells: ColumnCells?,
        _ model: ServedModel,
        into scores: inout PredictScores,
        until stop: StopSignal
    ) throws(RPCStatus) {
        if model.prediction == .probability {
            try scores.withProbabilities { (target: inout MutableSpan<Float>) throws(RPCStatus) in
                try score(batch, cells, model, margins: false, until: stop, into: &target)
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
