// SPDX-License-Identifier: Apache-2.0

internal import LoanTraining
internal import Machine

extension ServiceError {
    /// A training that was promised no memory: what it takes, what it may, and what helps.
    init(_ refusal: MemoryBudget.Refusal, _ need: TrainingMemory, _ field: RequestField) {
        let size =
            "training on \(need.rows) rows x \(need.columns) columns takes up to "
            + "\((need.bytes - 1) >> 20 + 1) MiB of memory"
        let help = "use less data, trees that are not as deep, or raise the limit of memory"
        switch refusal {
        case .aboveMost(let bytes):
            let message = "\(size), and at most \(bytes >> 20) MiB are allowed: \(help)"
            self = .tooLarge(FieldProblem(field, message, kind: "too_large"))
        case .aboveFree(let bytes):
            let message =
                "\(size), and \(bytes >> 20) MiB are free now: try again later, or \(help)"
            self = .busy(message: message, retryAfterSeconds: 30)
        }
    }
}
