// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Models in memory: loaded once, kept as immutable snapshots, revalidated in the background.
///
/// A snapshot older than `revalidationInterval` is still served while a check of its stored tags
/// runs; a changed model replaces it in one step, and a model that does not load leaves it in
/// place. Loads of one model are shared by all who wait for it.
final class ModelRepository: Sendable {
    /// A loaded model with the tags of the objects it came from.
    struct Snapshot: Sendable {
        let model: ServedModel
        let tags: ModelTags
    }

    /// How models are read; blocking, called on threads of their own.
    struct Loader: Sendable {
        let load: @Sendable (ModelReference) throws(ServiceError) -> Snapshot
        let tags: @Sendable (ModelReference) throws(ServiceError) -> ModelTags
    }

    private struct Entry {
        var snapshot: Snapshot
        var checked: ContinuousClock.Instant
        var used: UInt64
        var isChecking = false
    }

    private struct State {
        var entries: [ModelReference: Entry] = [:]
        var loading: [ModelReference: Task<Result<Snapshot, ServiceError>, Never>] = [:]
        var clock: UInt64 = 0
    }

    private let loader: Loader
    private let revalidationInterval: Duration
    private let countMax: Int
    private let report: @Sendable (ModelReference, ServiceError) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - countMax: models kept; the one unused for longest leaves first.
    ///   - report: told when a changed model does not load and the old one stays.
    init(
        loader: Loader,
        revalidationInterval: Duration = .seconds(1),
        countMax: Int = 16,
        report: @escaping @Sendable (ModelReference, ServiceError) -> Void
    ) {
        self.loader = loader
        self.revalidationInterval = revalidationInterval
        self.countMax = countMax
        self.report = report
    }

    /// The model of a reference, loaded when it is not in memory.
    func model(_ reference: ModelReference) async throws(ServiceError) -> ServedModel {
        if let model = cached(reference) { return model }
        return try await load(reference).model
    }

    /// Forgets all snapshots of models in a folder, so that the next call reads them anew.
    func forget(where isStale: (ModelReference) -> Bool) {
        state.withLock { state in
            for reference in state.entries.keys where isStale(reference) {
                state.entries[reference] = nil
            }
        }
    }

    // MARK: Cache

    /// The model of a reference if it is in memory; starts a check where one is due.
    func cached(_ reference: ModelReference) -> ServedModel? {
        let now = ContinuousClock.now
        let (model, isDue) = state.withLock { state -> (ServedModel?, Bool) in
            guard var entry = state.entries[reference] else { return (nil, false) }
            let isDue = !entry.isChecking && now - entry.checked >= revalidationInterval
            state.clock += 1
            entry.used = state.clock
            entry.isChecking = entry.isChecking || isDue
            state.entries[reference] = entry
            return (entry.snapshot.model, isDue)
        }
        if isDue {
            Task { await revalidate(reference) }
        }
        return model
    }

    private func revalidate(_ reference: ModelReference) async {
        var fresh: Snapshot?
        do throws(ServiceError) {
            let known = state.withLock { $0.entries[reference]?.snapshot.tags }
            fresh = try await onOwnThread(named: "revalidate") { [loader] () throws(ServiceError) in
                try loader.tags(reference) == known ? nil : try loader.load(reference)
            }
        } catch {
            report(reference, error)
        }
        state.withLock { state in
            guard var entry = state.entries[reference] else { return }
            if let fresh { entry.snapshot = fresh }
            entry.checked = .now
            entry.isChecking = false
            state.entries[reference] = entry
        }
    }

    private func load(_ reference: ModelReference) async throws(ServiceError) -> Snapshot {
        let task = state.withLock { state in
            if let running = state.loading[reference] { return running }
            let started = Task { await self.loadOnce(reference) }
            state.loading[reference] = started
            return started
        }
        return try await task.value.get()
    }

    private func loadOnce(_ reference: ModelReference) async -> Result<Snapshot, ServiceError> {
        let outcome: Result<Snapshot, ServiceError>
        do throws(ServiceError) {
            outcome = .success(
                try await onOwnThread(named: "load model") { [loader] () throws(ServiceError) in
                    try loader.load(reference)
                }
            )
        } catch {
            outcome = .failure(error)
        }
        state.withLock { state in
            state.loading[reference] = nil
            guard case .success(let snapshot) = outcome else { return }
            state.clock += 1
            state.entries[reference] = Entry(
                snapshot: snapshot,
                checked: .now,
                used: state.clock
            )
            Self.evict(beyond: countMax, from: &state)
        }
        return outcome
    }

    private static func evict(beyond countMax: Int, from state: inout State) {
        while state.entries.count > countMax {
            let oldest = state.entries.min { $0.value.used < $1.value.used }
            guard let oldest else { return }
            state.entries[oldest.key] = nil
        }
    }
}

/// The versions of the objects a model was read from.
struct ModelTags: Equatable, Sendable {
    let model: String
    let preprocessor: String
}
