// SPDX-License-Identifier: Apache-2.0

package import Logging
package import Machine

/// The memory that is reserved for one piece of work: it may grow as the work learns what it takes,
/// and is given back once, whichever way the work ends.
package struct MemoryReservation: ~Copyable {
    /// How logs and answers describe work that gets no memory.
    package struct Work {
        /// In the log: "a training".
        package let name: String
        /// To the caller: "training on 1000 rows".
        package let sentence: String
        /// What takes less: "use less data".
        package let remedy: String
        /// What of the request asks for it.
        package let input: RequestInput
        /// Of the log line.
        package var metadata: Logger.Metadata = [:]

        /// Gathers what is said.
        package init(
            name: String,
            sentence: String,
            remedy: String,
            input: RequestInput,
            metadata: Logger.Metadata = [:]
        ) {
            self.name = name
            self.sentence = sentence
            self.remedy = remedy
            self.input = input
            self.metadata = metadata
        }
    }

    private let budget: MemoryBudget
    private let logger: Logger
    private var bytes = 0

    /// Nothing is reserved yet.
    package init(of budget: MemoryBudget, logger: Logger) {
        self.budget = budget
        self.logger = logger
    }

    deinit { budget.giveBack(bytes) }

    /// Reserves up to `bytes` in all.
    /// - Throws: what the work would take and what it may; the log says so, too. What was reserved
    ///   before still is.
    package mutating func raise(
        to bytes: Int,
        for work: @autoclosure () -> Work
    ) throws(ServiceError) {
        guard bytes > self.bytes else { return }
        do {
            try budget.reserve(bytes - self.bytes, inAdditionTo: self.bytes)
        } catch {
            let work = work()
            let refusal = ServiceError(
                error,
                work.sentence,
                bytes: bytes,
                remedy: work.remedy,
                work.input
            )
            logger.warning(
                "no memory for \(work.name)",
                metadata: work.metadata.merging([LogKey.error: "\(refusal.sentence)"]) { $1 }
            )
            throw refusal
        }
        self.bytes = bytes
    }

    /// Gives the memory back. Work that holds all of it to its end says so with this call; where an
    /// error ends it, the value does the same as it goes out of scope.
    package consuming func giveBack() {}
}
