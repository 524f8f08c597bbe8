// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import Machine

/// The memory that one piece of work was promised so far: it may grow as the work gets to know what
/// it takes, and is given back once, with `giveBack`.
struct MemoryPromise {
    /// What is told of work that gets no memory.
    struct Work {
        /// In the log: "a training".
        let name: String
        /// To the caller: "training on 1000 rows".
        let sentence: String
        /// What takes less: "use less data".
        let remedy: String
        /// What of the request asks for it.
        let field: RequestField
        var metadata: Logger.Metadata = [:]
    }

    private let budget: MemoryBudget
    private let logger: Logger
    private var bytes = 0

    init(of budget: MemoryBudget, logger: Logger) {
        self.budget = budget
        self.logger = logger
    }

    /// Has so many bytes promised in all.
    /// - Throws: what the work would take and what it may; the log says so, too. What was promised
    ///   before still is.
    mutating func raise(
        to bytes: Int,
        for work: @autoclosure () -> Work
    ) throws(ServiceError) {
        guard bytes > self.bytes else { return }
        do {
            try budget.reserve(bytes - self.bytes, beside: self.bytes)
        } catch {
            let work = work()
            let refusal = ServiceError(
                error,
                work.sentence,
                bytes: bytes,
                remedy: work.remedy,
                work.field
            )
            logger.warning(
                "no memory for \(work.name)",
                metadata: work.metadata.merging([LogKey.error: "\(refusal.sentence)"]) { $1 }
            )
            throw refusal
        }
        self.bytes = bytes
    }

    /// Ends the promise.
    func giveBack() { budget.giveBack(bytes) }
}
