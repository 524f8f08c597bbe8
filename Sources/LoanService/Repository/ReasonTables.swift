// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
package import Logging
package import Machine
internal import Synchronization

/// Makes what the reasons of a model read, with its memory reserved. After that the model counts it
/// as its own.
package final class ReasonTables: Sendable {
    private let budget: MemoryBudget
    private let logger: Logger
    private let reference: ModelReference
    /// The work under way, which all who come meanwhile wait for.
    private let making = Mutex<Task<ServiceError?, Never>?>(nil)
    /// Held by the one that reserves memory and makes the tables.
    private let turn = Mutex(())

    /// - Parameters:
    ///   - budget: what the memory is reserved from.
    ///   - reference: the model, for refusals.
    package init(_ budget: MemoryBudget, _ reference: ModelReference, logger: Logger) {
        self.budget = budget
        self.logger = logger
        self.reference = reference
    }

    /// Makes the tables on this thread, unless another one has made them meanwhile.
    /// - Throws: where there is no memory for them.
    func make(of scorer: Scorer) throws(ServiceError) {
        try turn.withLock { (_) throws(ServiceError) in
            if !scorer.hasContributionTables { try makeInTurn(scorer) }
        }
    }

    private func makeInTurn(_ scorer: Scorer) throws(ServiceError) {
        var reservation = MemoryReservation(of: budget, logger: logger)
        try reservation.raise(
            to: scorer.contributionTablesBytesMax,
            for: MemoryReservation.Work(
                name: "the reasons of a model",
                sentence: "explaining scores of \(reference.name)",
                remedy: "use a smaller model",
                input: reference.model.input(.model),
                metadata: [LogKey.modelName: "\(reference.name)"]
            )
        )
        // That a model cannot be explained is said to those who ask for reasons.
        try? scorer.makeContributionTables()
        reservation.giveBack()
    }

    /// The same on a thread of its own.
    func makeAside(of scorer: Scorer) async throws(ServiceError) {
        let task = making.withLock { making in
            if let making { return making }
            let task = Task { await self.outcome(of: scorer) }
            making = task
            return task
        }
        if let error = await task.value { throw error }
    }

    private func outcome(of scorer: Scorer) async -> ServiceError? {
        defer { making.withLock { $0 = nil } }
        do throws(ServiceError) {
            try await onOwnThread(named: "make reasons") { () throws(ServiceError) in
                try self.make(of: scorer)
            }
            return nil
        } catch {
            return error
        }
    }
}

extension ServedModel {
    /// Makes what reasons read, unless that is done.
    /// - Throws: where there is no memory for it.
    func makeReasonTables() throws(ServiceError) {
        if !scorer.hasContributionTables { try reasonTables?.make(of: scorer) }
    }

    /// The same without keeping this thread, for callers who can wait.
    package func reasonTablesMade() async throws(ServiceError) {
        if !scorer.hasContributionTables { try await reasonTables?.makeAside(of: scorer) }
    }
}
