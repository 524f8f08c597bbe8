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
    ///   - lane: that of the connection where it has several calls at a time; else nil.
    ///   - location: what the caller calls the rows.
    /// - Throws: as `ServedModel.contributions`, where a call asks for too much, and where there is
    ///   no room or time.
    package func contributions(
        of rows: ScoringRows,
        _ model: ServedModel,
        by scope: RowContributions.Scope,
        from reference: ScoringRows? = nil,
        lane: UInt64? = nil,
        at location: [LocationStep]
    ) async throws(ServiceError) -> RowContributions {
        try model.checkContributions(rowCount: rows.rowCount, by: scope, at: location)
        try await model.reasonTablesMade()
        // One thread at a time is at a batch.
        let done = Mutex<RowContributions?>(nil)
        return try await run(rowCount: rows.rowCount, lane: lane) { next throws(ServiceError) in
            let part = try model.contributions(of: rows, rows: next, by: scope, from: reference)
            return done.withLock { done in
                if done == nil { done = part } else { done?.append(part) }
                return done?.rowCount == rows.rowCount ? done : nil
            }
        }
    }

    /// Works on rows slice by slice.
    /// - Parameters:
    ///   - lane: as in `contributions`.
    ///   - slice: works on some rows, called by one thread at a time; returns the result with the
    ///     last of them.
    /// - Throws: what `slice` does, and where there is no room or time.
    package func run<Success: Sendable>(
        rowCount: Int,
        lane: UInt64? = nil,
        _ slice: @escaping @Sendable (_ rows: Range<Int>) throws(ServiceError) -> Success?
    ) async throws(ServiceError) -> Success {
        let deadline = MonotonicTime.now().advanced(by: timeout)
        let work = Work(rowCount, deadline, slice)
        guard let pool else {
            while true {
                let (_, outcome) = work.advance(by: Self.sliceRowsMax, isActive: true)
                if let outcome { return try outcome.get() }
            }
        }
        let cost = rowCount * ReasonLimits.rowCost
        if let refusal = pool.refusal(rows: cost, lane: lane, until: deadline) {
            shed(refusal.reason)
            throw Self.error(refusal)
        }
        let result: Result<Success, ServiceError> = await withCheckedContinuation { waiter in
            pool.run(rows: cost, lane: lane ?? pool.newLane()) { rowsMax, isActive in
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

    /// Does what goes with the rows of an accepted call, such as reading and writing them: where
    /// they are explained, unless they are few.
    func aside<Success: Sendable>(
        rowCount: Int,
        _ work: @escaping @Sendable () throws(ServiceError) -> Success
    ) async throws(ServiceError) -> Success {
        guard let pool, rowCount > Self.sliceRowsMax else { return try work() }
        let result: Result<Success, ServiceError> = await withCheckedContinuation { waiter in
            pool.run(rows: rowCount, lane: pool.newLane()) { _, isActive in
                waiter.resume(returning: isActive ? Result(catching: work) : .failure(.stopping))
                return .end(rows: rowCount)
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

    /// The rows of a call, and how many of them are done.
    private final class Work<Success: Sendable>: Sendable {
        typealias Slice = @Sendable (_ rows: Range<Int>) throws(ServiceError) -> Success?

        private let rowCount: Int
        private let deadline: MonotonicTime
        private let slice: Slice
        private let done = Atomic(0)

        init(_ rowCount: Int, _ deadline: MonotonicTime, _ slice: @escaping Slice) {
            self.rowCount = rowCount
            self.deadline = deadline
            self.slice = slice
        }

        /// Works on up to `count` rows more.
        /// - Returns: the rows of this slice, and how the work ends, where it does.
        func advance(
            by count: Int,
            isActive: Bool
        ) -> (rows: Int, outcome: Result<Success, ServiceError>?) {
            guard isActive else { return (0, .failure(.stopping)) }
            guard MonotonicTime.now() < deadline else {
                return (0, .failure(.deadlineExceeded(message: "the reasons take too long")))
            }
            // One thread at a time is at a batch.
            let first = done.load(ordering: .acquiring)
            let next = first..<min(first + count, rowCount)
            do throws(ServiceError) {
                let result = try slice(next)
                done.store(next.upperBound, ordering: .releasing)
                return (next.count, result.map { .success($0) })
            } catch {
                return (0, .failure(error))
            }
        }
    }
}

extension ServiceError {
    /// The threads end.
    fileprivate static var stopping: Self {
        .unavailable(message: "the server is stopping", retryAfterSeconds: 1)
    }
}
