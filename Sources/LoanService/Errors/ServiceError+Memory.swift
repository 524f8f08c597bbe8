// SPDX-License-Identifier: Apache-2.0

internal import Machine

extension ServiceError {
    /// Work for which no memory is reserved: how much it takes, how much is allowed, and a remedy.
    /// - Parameters:
    ///   - work: what takes memory, such as "training on 1000 rows".
    ///   - bytes: what it takes at most.
    ///   - remedy: what takes less, such as "use less data".
    init(
        _ refusal: MemoryBudget.Refusal,
        _ work: String,
        bytes: Int,
        remedy: String,
        _ input: RequestInput
    ) {
        let size = "\(work) takes up to \((bytes - 1) >> 20 + 1) MiB of memory"
        let help = "\(remedy), or raise the limit of memory"
        switch refusal {
        case .aboveMost(let bytes):
            let message = "\(size), and at most \(bytes >> 20) MiB are allowed: \(help)"
            self = .tooLarge(FieldProblem(input, message, kind: .tooLarge))
        case .aboveFree(let bytes):
            let message =
                "\(size), and \(bytes >> 20) MiB are free now: try again later, or \(help)"
            self = .busy(message: message, retryAfterSeconds: 30)
        }
    }
}
