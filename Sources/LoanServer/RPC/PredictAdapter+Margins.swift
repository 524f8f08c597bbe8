// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanRPC
internal import LoanService
internal import NIOPosix

/// Margins and predictions by one pass over the trees, and what is made of both.
extension PredictAdapter {
    /// Scores a batch with its margins, and adds what it asks for of them.
    /// - Returns: the same once more as the service has it; nil where nothing is asked for.
    static func scoreBoth(
        _ batch: borrowing PredictBatch,
        _ cells: ColumnCells?,
        _ model: ServedModel,
        until stop: StopSignal,
        into scores: inout PredictScores
    ) throws(RPCStatus) -> AnswerExtras? {
        if model.prediction == .probability {
            try scores.withProbabilitiesAndMargins {
                (values: inout MutableSpan<Float>, margins: inout MutableSpan<Float>)
                    throws(RPCStatus) in
                try score(batch, cells, model, until: stop, &values, &margins)
            }
        } else {
            try scores.withValuesAndMargins(
                perRow: model.valueCount(margins: false),
                marginsPerRow: model.valueCount(margins: true)
            ) {
                (values: inout MutableSpan<Float>, margins: inout MutableSpan<Float>)
                    throws(RPCStatus) in
                try score(batch, cells, model, until: stop, &values, &margins)
            }
            return nil
        }
        let outputs = batch.outputs
        guard outputs.contains(.decisions) || outputs.contains(.calibrated) else { return nil }
        return extras(batch, cells, model, in: &scores)
    }

    /// Adds decisions and calibrated probabilities, of a model that has one margin.
    private static func extras(
        _ batch: borrowing PredictBatch,
        _ cells: ColumnCells?,
        _ model: ServedModel,
        in scores: inout PredictScores
    ) -> AnswerExtras {
        let (probabilities, margins) = scores.withAnswers { values, margins in
            (values.indices.map { values[$0] }, margins.indices.map { margins[$0] })
        }
        var extras = AnswerExtras()
        if batch.outputs.contains(.decisions) {
            let decisions = decisions(batch, cells, model, margins, probabilities)
            scores.append(PredictDecisions(decisions))
            extras.decisions = decisions
        }
        if batch.outputs.contains(.calibrated) {
            extras.calibrated = model.calibrated(margins: margins)
            scores.append(calibrated: extras.calibrated?.values ?? [])
        }
        return extras
    }

    /// Part by part, as `score` does.
    private static func score(
        _ batch: borrowing PredictBatch,
        _ cells: ColumnCells?,
        _ model: ServedModel,
        until stop: StopSignal,
        _ values: inout MutableSpan<Float>,
        _ margins: inout MutableSpan<Float>
    ) throws(RPCStatus) {
        let rowCount = batch.rowCount
        let (valueCount, marginCount) = (
            model.valueCount(margins: false), model.valueCount(margins: true)
        )
        var first = 0
        while first < rowCount {
            if let status = stop.status { throw status }
            let rows = first..<min(first + partRows, rowCount)
            var part = values._mutatingExtracting(
                rows.lowerBound * valueCount..<rows.upperBound * valueCount
            )
            var sums = margins._mutatingExtracting(
                rows.lowerBound * marginCount..<rows.upperBound * marginCount
            )
            withRows(batch, cells) { numbers, codes, prepared in
                if prepared.isEmpty {
                    model.score(
                        numbers: numbers,
                        codes: codes,
                        rowCount: rowCount,
                        rows: rows,
                        margins: &sums,
                        predictions: &part
                    )
                } else {
                    model.score(
                        prepared: prepared,
                        rowCount: rowCount,
                        rows: rows,
                        margins: &sums,
                        predictions: &part
                    )
                }
            }
            first = rows.upperBound
        }
    }

    /// The matrices of a batch: raw ones, or a prepared one that is not empty.
    static func withRows<Result, Failure: Error>(
        _ batch: borrowing PredictBatch,
        _ cells: ColumnCells?,
        _ body: (
            _ numbers: Span<Float>, _ codes: Span<UInt8>, _ prepared: Span<Float>
        ) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if let cells { return try body(cells.numbers.span, cells.codes.span, Span()) }
        if batch.preparedFeatureCount != nil {
            return try batch.withPrepared { (prepared) throws(Failure) in
                try body(Span(), Span(), prepared)
            }
        }
        return try batch.withNumbers { (numbers) throws(Failure) in
            try batch.withCodes { (codes) throws(Failure) in try body(numbers, codes, Span()) }
        }
    }
}

/// What watches answers.
extension PredictAdapter {
    /// Hands over the rows of each call. In a batch of several calls, one that must not be answered
    /// is refused alone: what the others have is kept once.
    func keep(
        _ batch: borrowing PredictBatch,
        _ cells: ColumnCells?,
        _ answerer: AnsweringModel,
        _ extras: AnswerExtras?,
        in scores: inout PredictScores,
        by answers: AnswerHook
    ) throws(RPCStatus) {
        let calls = batch.calls
        let mayWait = MultiThreadedEventLoopGroup.currentEventLoop == nil
        var first = 0
        for index in calls.indices {
            let call = calls[index]
            let rows = first..<first + call.rowCount
            first = rows.upperBound
            let origin = CallOrigin(
                id: CallID(given: call.id, number: call.number),
                transport: transport,
                model: answerer.name,
                firstRow: call.firstRow
            )
            do throws(ServiceError) {
                let ticket = try scores.withAnswers { (values, margins) throws(ServiceError) in
                    try Self.withRows(batch, cells) {
                        (numbers, codes, prepared) throws(ServiceError) in
                        try answers.answered(
                            origin,
                            by: answerer.model,
                            rows: rows,
                            of: batch.rowCount,
                            numbers: numbers,
                            codes: codes,
                            prepared: prepared,
                            margins: margins,
                            values: values,
                            extras: extras,
                            mayWait: mayWait
                        )
                    }
                }
                if let ticket { scores.ticket = ticket }
            } catch {
                let status = RPCStatus(error)
                guard calls.count > 1 else { throw status }
                scores.refuse(call: index, status)
            }
        }
    }
}
