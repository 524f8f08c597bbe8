// SPDX-License-Identifier: Apache-2.0

package import Admission
package import LoanModel
package import LoanService
package import Machine
internal import Synchronization

/// Explains the rows of a call on the threads for large predictions, in slices between which
/// others have their turn. A row counts as the predictions that cost as much.
package struct ReasonPool: Sendable {
    /// Nil where all calls are taken: rows are explained where they are asked for.
    private let pool: PredictPool?
    private let timeout: Duration
    private let shed: @Sendable (ShedReason) -> Void

    /// Rows of a slice: as many as go through a tree together ...
    private static let sliceRowsMax = 64
    /// ... or, where others wait, one vector of them.
    private static let sliceRowsMin = 16

    /// The threads of all large predictions.
    /// - Parameter admission: which predictions are taken; nil takes all.
    package init(_ admission: AdmissionControl?) {
        pool = admission?.pool
        timeout = (admission?.predictTimeout) ?? AdmissionLimits().predictTimeout
        shed = { [weak admission] in admission?.shed($0) }
    }

    /// The contributions of all rows of a batch.
    /// - Parameters:
    ///   - reference: as in `ServedModel.contributions`.
    ///   - location: what the caller calls the rows.
    /// - Throws: as `ServedModel.contributions`, where a call asks for too much, and where there is
    ///   no room or time.
    package func contributions(
        of rows: ScoringRows,
        _ model: ServedModel,
        by scope: RowContributions.Scope,
        from reference: ScoringRows? = nil,
        at location: [LocationStep]
    ) async throws(ServiceError) -> RowContributions {
        try model.checkContributions(rowCount: rows.rowCount, by: scope, at: location)
        let deadline = MonotonicTime.now().advanced(by: timeout)
        let work = Work(rows, model, scope, reference, deadline)
        guard let pool else {
            return try model.contributions(
                of: rows,
                rows: 0..<rows.rowCount,
                by: scope,
                from: reference
            )
        }
        let cost = rows.rowCount * ReasonLimits.rowCost
        if let refusal = pool.refusal(rows: cost, until: deadline) {
            shed(refusal.reason)
            throw Self.error(refusal)
        }
        let result: Result<RowContributions, ServiceError> = await withCheckedContinuation {
            waiter in
            pool.run(rows: cost, lane: pool.newLane()) { rowsMax, isActive in
                let rows = rowsMax / ReasonLimits.rowCost
                let count = min(Self.sliceRowsMax, max(Self.sliceRowsMin, rows))
                let (done, outcome) = work.advance(by: count, isActive: isActive)
                guard let outcome else { return .more(rows: done * ReasonLimits.rowCost) }
                waiter.resume(returning: outcome)
                return .end(rows: done * ReasonLimits.rowCost)
            }
        }
        return try result.get()
    }

    private static func error(_ refusal: PredictRefusal) -> ServiceError {
        guard refusal.retryAfter != nil else {
            return .deadlineExceeded(message: refusal.message)
        }
        return .busy(message: refusal.message, retryAfterSeconds: 1)
    }

    /// The rows of a call, and how many of them are explained.
    private final class Work: Sendable {
        private let rows: ScoringRows
        private let model: ServedModel
        private let scope: RowContributions.Scope
        private let reference: ScoringRows?
        private let deadline: MonotonicTime
        private let done = Mutex<RowContributions?>(nil)

        init(
            _ rows: ScoringRows,
            _ model: ServedModel,
            _ scope: RowContributions.Scope,
            _ reference: ScoringRows?,
            _ deadline: MonotonicTime
        ) {
            self.reference = reference
            self.rows = rows
            self.model = model
            self.scope = scope
            self.deadline = deadline
        }

        /// Explains up to `count` rows more.
        /// - Returns: the rows of this slice, and how the work ends, where it does.
        func advance(
            by count: Int,
            isActive: Bool
        ) -> (rows: Int, outcome: Result<RowContributions, ServiceError>?) {
            guard isActive else {
                let message = "the server is stopping"
                return (0, .failure(.unavailable(message: message, retryAfterSeconds: 1)))
            }
            guard MonotonicTime.now() < deadline else {
                return (0, .failure(.deadlineExceeded(message: "the reasons take too long")))
            }
            // One thread at a time is at a batch.
            return done.withLock { done in
                let first = done?.rowCount ?? 0
                let next = first..<min(first + count, rows.rowCount)
                do throws(ServiceError) {
                    let part = try model.contributions(
                        of: rows,
                        rows: next,
                        by: scope,
                        from: reference
                    )
                    if done == nil { done = part } else { done?.append(part) }
                } catch {
                    return (0, .failure(error))
                }
                guard next.upperBound == rows.rowCount, let done else { return (next.count, nil) }
                return (next.count, .success(done))
            }
        }
    }
}
