// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import LoanService

/// Scores the batches of RPC callers with the models that they name.
struct PredictAdapter: PredictHandler {
    let models: ServedModels

    func predict(
        _ batch: borrowing PredictBatch,
        into scores: inout PredictScores,
        until stop: StopSignal
    ) throws(RPCStatus) {
        let model = try model(batch.model)
        let start = ContinuousClock.now
        do throws(RPCStatus) {
            try Self.predict(batch, model, into: &scores, until: stop)
        } catch {
            model.metrics.refused(calls: batch.callCount)
            throw error
        }
        model.metrics.answered(
            calls: batch.callCount,
            queued: batch.waited,
            elapsed: batch.waited + (.now - start)
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
        guard !batch.outputs.contains(.reasonCodes) else {
            throw RPCStatus(.unimplemented, "outputs: reason codes are not offered")
        }
        try check(batch, model)
        if let status = stop.status { throw status }
        scores.generation = model.generation
        scores.withProbabilities { score(batch, model, margins: false, into: &$0) }
        guard batch.outputs.contains(.margins) else { return }
        if let status = stop.status { throw status }
        scores.withMargins { score(batch, model, margins: true, into: &$0) }
    }

    private func model(_ name: String) throws(RPCStatus) -> ServedModel {
        do {
            return try models.model(name)
        } catch {
            var status = RPCStatus(error)
            status.isNotStarted = true
            throw status
        }
    }

    private static func score(
        _ batch: borrowing PredictBatch,
        _ model: ServedModel,
        margins: Bool,
        into target: inout MutableSpan<Float>
    ) {
        if batch.preparedFeatureCount != nil {
            batch.withPrepared {
                model.score(prepared: $0, rowCount: target.count, margins: margins, into: &target)
            }
        } else {
            batch.withNumbers { numbers in
                batch.withCodes { codes in
                    model.score(
                        numbers: numbers,
                        codes: codes,
                        rowCount: target.count,
                        margins: margins,
                        into: &target
                    )
                }
            }
        }
    }

    private static func check(
        _ batch: borrowing PredictBatch,
        _ model: ServedModel
    ) throws(RPCStatus) {
        if let count = batch.preparedFeatureCount {
            guard count == model.preparedFeatureCount else {
                throw RPCStatus(
                    .invalidArgument,
                    "features is \(count); model \(batch.model) has \(model.preparedFeatureCount)"
                )
            }
            return
        }
        let rowCount = batch.rowCount
        let wrong = batch.withCodes { codes -> Int? in
            model.categoryCounts.enumerated().first { index, count in
                var isWrong = false
                for position in index * rowCount..<(index + 1) * rowCount {
                    let code = codes[position]
                    isWrong = isWrong || (code != ServedModel.unknownCode && Int(code) >= count)
                }
                return isWrong
            }?.offset
        }
        if let wrong {
            throw RPCStatus(
                .invalidArgument,
                "\(ApplicationColumn.categories[wrong].name): a code is neither below "
                    + "\(model.categoryCounts[wrong]) nor 255"
            )
        }
    }
}
