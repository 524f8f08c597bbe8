// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanRPC
internal import LoanService

/// Holds the values of a batch against a model, by the rules of `docs/values.md`: each is one of
/// its kind, or the batch is refused with column and row.
enum PredictValues {
    static func check(
        _ batch: borrowing PredictBatch,
        _ model: ServedModel
    ) throws(RPCStatus) {
        if let count = batch.preparedFeatureCount {
            guard count == model.preparedFeatureCount else {
                throw RPCStatus(
                    .failedPrecondition,
                    "features is \(count); model \(batch.model) has \(model.preparedFeatureCount)"
                )
            }
            if let position = batch.withPrepared({ $0.firstInfinity }) {
                throw infinity(at: position, batch) { model.preparedFeatureNames[$0] }
            }
            return
        }
        guard batch.columns.isEmpty else { return }
        guard model.hasDocumentedFeatures else {
            throw RPCStatus(
                .failedPrecondition,
                "model \(batch.model) has not the features of fields 16 to 26: send its own as "
                    + "columns, by the names that ServerInfo gives"
            )
        }
        if let position = batch.withNumbers({ $0.firstInfinity }) {
            throw infinity(at: position, batch) { ApplicationColumn.numbers[$0].name }
        }
        try checkCodes(batch, model)
    }

    private static func infinity(
        at position: Int,
        _ batch: borrowing PredictBatch,
        name: (Int) -> String
    ) -> RPCStatus {
        let (column, row) = position.quotientAndRemainder(dividingBy: batch.rowCount)
        return RPCStatus(
            .invalidArgument,
            "\(name(column)), row \(batch.firstRow + row): is infinite; NaN is a missing value"
        )
    }

    private static func checkCodes(
        _ batch: borrowing PredictBatch,
        _ model: ServedModel
    ) throws(RPCStatus) {
        let rowCount = batch.rowCount
        let counts = model.categoryCounts
        let wrong = batch.withCodes { codes -> Int? in
            for (index, count) in counts.enumerated() {
                let column = codes.extracting(index * rowCount..<(index + 1) * rowCount)
                guard hasCode(column, from: count) else { continue }
                let row = column.indices.first {
                    column[$0] < ServedModel.unknownCode && Int(column[$0]) >= count
                }
                return index * rowCount + (row ?? 0)
            }
            return nil
        }
        guard let wrong else { return }
        let (index, row) = wrong.quotientAndRemainder(dividingBy: rowCount)
        throw RPCStatus(
            .invalidArgument,
            "\(ApplicationColumn.categories[index].name), row \(batch.firstRow + row): "
                + "a code is neither below \(counts[index]) nor 254 (unknown) nor 255 (missing)"
        )
    }

    /// Whether any code is at least `first` and stands neither for unknown nor for missing.
    // Apart from the search, and without branches, so that the loop becomes one over vectors.
    @inline(never)
    private static func hasCode(_ codes: Span<UInt8>, from first: Int) -> Bool {
        let (first, end) = (UInt8(clamping: first), ServedModel.unknownCode)
        var found: UInt8 = 0
        for index in codes.indices {
            let code = codes[index]
            found |= (code >= first ? 1 : 0) & (code < end ? 1 : 0)
        }
        return found != 0
    }
}
