// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanRPC
internal import LoanService

extension PredictAdapter {
    /// Checks that the policy of a model can decide the rows of a batch.
    static func checkDecidable(
        _ batch: borrowing PredictBatch,
        _ model: ServedModel
    ) throws(RPCStatus) {
        do throws(ServedModel.Undecidable) {
            try model.checkDecidable(arePrepared: batch.preparedFeatureCount != nil)
        } catch {
            throw RPCStatus(.failedPrecondition, "outputs: \(error)")
        }
    }

    /// What the policy of a model makes of the rows that are scored.
    static func decisions(
        _ batch: borrowing PredictBatch,
        _ cells: ColumnCells?,
        _ model: ServedModel,
        _ margins: [Float],
        _ probabilities: [Float]
    ) -> Decisions {
        withRows(batch, cells) { numbers, codes, prepared in
            if prepared.isEmpty {
                model.decisions(
                    numbers: numbers,
                    codes: codes,
                    margins: margins,
                    probabilities: probabilities
                )
            } else {
                model.decisions(
                    prepared: prepared,
                    margins: margins,
                    probabilities: probabilities
                )
            }
        }
    }
}

extension PredictDecisions {
    /// What is decided, as it is sent.
    init(_ decided: Decisions) {
        self.init()
        let policy = decided.policy
        bandNames = policy.bands.names
        rules = policy.rules.map { Rule(code: $0.code, text: $0.text) }
        points = decided.rows.map { Int32(clamping: $0.points) }
        bands = decided.rows.map { UInt8(clamping: $0.band) }
        decisions = decided.rows.map { Decision($0.decision) }
        guard !rules.isEmpty else { return }
        ruleBits = decided.rows.map { row in
            row.rules.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
        }
    }
}

extension PredictDecisions.Decision {
    fileprivate init(_ decision: LoanModel.Decision) {
        self =
            switch decision {
            case .approve: .approve
            case .refer: .refer
            case .decline: .decline
            }
    }
}
