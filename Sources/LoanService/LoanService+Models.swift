// SPDX-License-Identifier: Apache-2.0

/// Models to score with, and what keeps them and their storage in order.
extension LoanService {
    /// A model that is in memory, without waiting; nil where it is not or is known to be replaced.
    package func modelInMemory(_ reference: ModelReference) -> ServedModel? {
        models.current(reference)
    }

    /// A model that is ready to score; loaded when it is not in memory yet.
    package func model(_ reference: ModelReference) async throws(ServiceError) -> ServedModel {
        try ModelName.validateVersioned(reference.name)
        return try await models.model(reference)
    }

    /// Checks storage for newer models at intervals, until the task is cancelled.
    /// - Parameter start: ends once the models of the start have had their turn: the names of other
    ///   servers come after them.
    package func keepModelsFresh(after start: @escaping @Sendable () async -> Void = {}) async {
        async let swept: Void = sweepMetrics()
        async let known: Void = keepNamesKnown(after: start)
        async let challenged: Void = keepChallengersKnown()
        await models.keepFresh()
        await swept
        await known
        await challenged
    }

    private func keepNamesKnown(after start: @Sendable () async -> Void) async {
        guard let names else { return }
        await start()
        await names.keepKnown()
    }

    /// Ends the series of models that left memory, at intervals, until the task is cancelled.
    private func sweepMetrics() async {
        while !Task.isCancelled {
            metrics.sweep()
            try? await Task.sleep(for: .seconds(30))
        }
    }

    // MARK: Storage

    /// Single objects by location, for commands that stream.
    package var objects: StorageObjects { StorageObjects(resolver: resolver) }

    /// Clears storage of what an earlier process left when it was killed.
    package func sweepStorage() async {
        let sweep = StorageSweep(resolver: resolver, logger: logger)
        try? await onOwnThread(named: "sweep storage") { () throws(ServiceError) in sweep.run() }
    }
}
