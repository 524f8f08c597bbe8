// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Models in memory: loaded once, kept as immutable snapshots, revalidated in the background.
///
/// A model is served while its stored versions are looked at; a changed one replaces it in one
/// step, and one that does not load, or storage that is down, leaves it in place. Loads of one model
/// are shared by all who wait for it, and a model that did not load is refused for a moment without
/// asking storage again.
package final class ModelRepository: Sendable {
    /// A loaded model with the tags of its objects.
    package typealias Snapshot = ModelCache.Snapshot

    /// How models are read; blocking, called on threads of their own.
    package struct Loader: Sendable {
        let load: @Sendable (ModelReference) throws(ServiceError) -> Snapshot
        let tags: @Sendable (ModelReference) throws(ServiceError) -> ModelTags

        /// - Parameters:
        ///   - load: reads and compiles a model.
        ///   - tags: asks for the versions that a load would read.
        package init(
            load: @escaping @Sendable (ModelReference) throws(ServiceError) -> Snapshot,
            tags: @escaping @Sendable (ModelReference) throws(ServiceError) -> ModelTags
        ) {
            self.load = load
            self.tags = tags
        }
    }

    private typealias Loading = Task<Result<Snapshot, ServiceError>, Never>

    private struct State {
        var cache: ModelCache
        var loading: [ModelReference: (number: UInt64, task: Loading)] = [:]
        var loads: UInt64 = 0
        var failures: UInt64 = 0
    }

    /// How many rows may be scored on an event loop.
    package let quickRows = QuickRows()

    private let loader: Loader
    private let configuration: ModelRepositoryConfiguration
    private let report: @Sendable (ModelReference, ModelCheck) -> Void
    private let loads: AsyncSemaphore
    private let checks: AsyncSemaphore
    private let state: Mutex<State>

    /// - Parameter report: called with the outcome of each look at storage for a newer model.
    package init(
        loader: Loader,
        configuration: ModelRepositoryConfiguration = .init(),
        report: @escaping @Sendable (ModelReference, ModelCheck) -> Void
    ) {
        self.loader = loader
        self.configuration = configuration
        self.report = report
        loads = AsyncSemaphore(places: configuration.parallelMax)
        checks = AsyncSemaphore(places: configuration.parallelMax)
        state = Mutex(State(cache: ModelCache(configuration)))
    }

    // MARK: Models

    /// The model of a reference if it is in memory; never waits.
    package func cached(_ reference: ModelReference) -> ServedModel? {
        state.withLock { $0.cache.use(reference)?.model }
    }

    /// The same, unless the model is known to be replaced.
    package func current(_ reference: ModelReference) -> ServedModel? {
        state.withLock { $0.cache.use(reference).flatMap { $0.isStale ? nil : $0.model } }
    }

    /// The model of a reference, loaded when it is not in memory or known to be replaced.
    package func model(_ reference: ModelReference) async throws(ServiceError) -> ServedModel {
        let known = state.withLock { $0.cache.use(reference) }
        if let known, !known.isStale { return known.model }
        do throws(ServiceError) {
            return try await load(reference, isForced: known != nil).model
        } catch {
            guard let known else { throw error }
            keep(reference, error)
            return known.model
        }
    }

    /// The model as storage has it now.
    package func newest(_ reference: ModelReference) async throws(ServiceError) -> ServedModel {
        // A load under way may have begun before storage changed.
        if let running = state.withLock({ $0.loading[reference]?.task }) { _ = await running.value }
        let known = state.withLock { ($0.cache.use(reference)?.model, $0.cache.tags(reference)) }
        if let model = known.0, let tags = known.1, try await self.tags(reference) == tags {
            return model
        }
        return try await load(reference, isForced: true).model
    }

    /// Marks models as replaced in storage: whoever can wait gets the new one.
    package func expire(where isReplaced: (ModelReference) -> Bool) {
        expire { reference, _ in isReplaced(reference) }
    }

    /// Marks models as replaced in storage because the preprocessor of a folder is another one.
    /// Those that are stored with their own are not.
    package func expire(preparedIn folder: StorageLocation) {
        expire {
            ($0.preprocessor ?? $0.model) == folder && ($1.map { $0.preprocessor != nil } ?? true)
        }
    }

    private func expire(where isReplaced: (ModelReference, ModelTags?) -> Bool) {
        state.withLock { state in
            state.cache.expire(now: .now, where: isReplaced)
            for reference in state.loading.keys where isReplaced(reference, nil) {
                // Its result is for those who wait already.
                state.loading[reference] = nil
            }
        }
    }

    // MARK: Leases

    /// For `lease`, which ends what this begins.
    func beginLease(of reference: ModelReference) {
        state.withLock { $0.cache.beginLease(of: reference) }
    }

    /// For `ModelLease`.
    func endLease(of reference: ModelReference) {
        state.withLock { state in
            state.cache.endLease(of: reference)
            quickRows.set(slowest: state.cache.quickRowCount)
        }
    }

    /// Removes a model from memory, unless somebody else than the caller has a lease of it.
    /// - Parameter lease: the caller's own; nil where it has none.
    func drop(_ reference: ModelReference, endingWith lease: ModelLease?) {
        state.withLock { state in
            state.cache.drop(reference, ownLeases: lease == nil ? 0 : 1)
            quickRows.set(slowest: state.cache.quickRowCount)
        }
    }

    /// Whether the models under lease alone exceed a limit.
    var isOverfull: Bool { state.withLock { $0.cache.isOverfull } }

    // MARK: Freshness

    /// Checks storage for newer models at intervals, until the task is cancelled.
    package func keepFresh() async {
        let pause = max(.milliseconds(10), min(.seconds(1), configuration.revalidationInterval / 4))
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let due = state.withLock { state in
                    state.cache.trim()
                    return state.cache.takeDue(now: .now)
                }
                for reference in due {
                    group.addTask { await self.revalidate(reference) }
                }
                try? await Task.sleep(for: pause)
            }
        }
    }

    private func revalidate(_ reference: ModelReference) async {
        do throws(ServiceError) {
            let known = state.withLock { $0.cache.tags(reference) }
            if try await tags(reference) != known {
                _ = try await load(reference, isForced: true)
                report(reference, .replaced)
            } else {
                report(reference, .unchanged)
            }
            noteChecked(reference)
        } catch .cancelled where Task.isCancelled {
            // The server is stopping: nothing is known of storage.
            noteChecked(reference)
        } catch {
            keep(reference, error)
        }
    }

    /// Leaves the old model in place.
    private func keep(_ reference: ModelReference, _ error: ServiceError) {
        noteChecked(reference)
        report(reference, .failed(error))
    }

    private func noteChecked(_ reference: ModelReference) {
        state.withLock { $0.cache.checked(reference, due: nextCheck()) }
    }

    private func nextCheck() -> ContinuousClock.Instant {
        .now + configuration.revalidationInterval * Double.random(in: 0.9...1.1)
    }

    private func tags(_ reference: ModelReference) async throws(ServiceError) -> ModelTags {
        try await checks.withPlace { [loader] () throws(ServiceError) in
            try await onOwnThread(named: "check model") { () throws(ServiceError) in
                try loader.tags(reference)
            }
        }
    }

    // MARK: Loads

    /// Joins the load of a model that is under way, or begins one.
    /// - Parameter isForced: asks storage also about what did not load a moment ago.
    private func load(
        _ reference: ModelReference,
        isForced: Bool
    ) async throws(ServiceError) -> Snapshot {
        let begun = state.withLock { state -> Result<Loading, ServiceError> in
            if let running = state.loading[reference] { return .success(running.task) }
            if !isForced, let refusal = state.cache.refusal(reference, now: .now) {
                return .failure(refusal)
            }
            guard state.loading.count < configuration.loadsMax else {
                return .failure(
                    .busy(message: "many models are being loaded", retryAfterSeconds: 1)
                )
            }
            state.loads += 1
            let number = state.loads
            let task = Task { await self.loadOnce(reference, number: number) }
            state.loading[reference] = (number, task)
            return .success(task)
        }
        return try await begun.get().value.get()
    }

    private func loadOnce(
        _ reference: ModelReference,
        number: UInt64
    ) async -> Result<Snapshot, ServiceError> {
        let outcome: Result<Snapshot, ServiceError>
        do throws(ServiceError) {
            outcome = .success(
                try await loads.withPlace { [loader] () throws(ServiceError) in
                    try await onOwnThread(named: "load model") { () throws(ServiceError) in
                        try loader.load(reference)
                    }
                }
            )
        } catch {
            outcome = .failure(error)
        }
        state.withLock { state in
            if case .failure = outcome { state.failures += 1 }
            // Storage may have changed since this load began; then another one follows it.
            guard state.loading[reference]?.number == number else { return }
            state.loading[reference] = nil
            switch outcome {
            case .success(let snapshot):
                state.cache.insert(snapshot, for: reference, due: nextCheck())
                quickRows.set(slowest: state.cache.quickRowCount)
            case .failure(let error):
                state.cache.refuse(reference, error, now: .now)
            }
        }
        return outcome
    }

    // MARK: Numbers

    /// The numbers that metrics show.
    package var numbers: ModelRepositoryNumbers {
        state.withLock { state in
            ModelRepositoryNumbers(
                modelCount: state.cache.count,
                byteCount: state.cache.byteCount,
                loads: state.loads,
                failures: state.failures,
                evictions: state.cache.evictions
            )
        }
    }
}

/// The numbers of a model repository that metrics show.
package struct ModelRepositoryNumbers: Sendable, Equatable {
    /// Models in memory.
    package let modelCount: Int
    /// Bytes of the models in memory.
    package let byteCount: Int
    /// Loads since the start, those that failed included.
    package let loads: UInt64
    /// Loads that failed.
    package let failures: UInt64
    /// Models that left memory to make room.
    package let evictions: UInt64
}
