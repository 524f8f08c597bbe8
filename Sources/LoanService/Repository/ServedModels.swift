// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The one directory of names under which callers find models, whatever the transport.
///
/// A name is given by loading a model and stands for its place in storage, so that a newer model
/// there is picked up. A named model stays in memory until it is unloaded; a load that fails leaves
/// the model before it in place, and its reason is kept for `status`. A name that no model ever had
/// is forgotten when there is nothing in storage at its place.
package final class ServedModels: Sendable {
    /// Most names at a time.
    package static let countMax = 256
    /// Names among these whose models are neither in service nor being loaded.
    package static let idleMax = 64
    /// How long such a name is known.
    package static let idleTime = Duration.seconds(3_600)

    private struct Entry {
        var reference: ModelReference
        /// Keeps the model that is served under the name; nil while none is.
        var lease: ModelLease?
        /// Whether a model has ever been served under the name.
        var wasServed = false
        var loads = 0
        var failure: ServiceError?
        /// Ordered by the last change: the smallest is forgotten first.
        var changed: UInt64 = 0
        var changedAt = ContinuousClock.now

        var isServed: Bool { lease != nil }
        var isIdle: Bool { !isServed && loads == 0 }
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var changes: UInt64 = 0

        /// Notes a change of a name, and forgets names that have been idle for too long or are too
        /// many.
        mutating func note(_ entry: Entry, for name: String) {
            changes += 1
            var entry = entry
            entry.changed = changes
            entry.changedAt = .now
            entries[name] = entry
            forgetIdle(idleMax: ServedModels.idleMax)
        }

        mutating func forgetIdle(idleMax: Int) {
            let now = ContinuousClock.now
            let idle = entries.filter(\.value.isIdle).sorted { $0.value.changed > $1.value.changed }
            for (index, (name, entry)) in idle.enumerated()
            where index >= idleMax || entry.changedAt + ServedModels.idleTime <= now {
                entries[name] = nil
            }
        }
    }

    private let repository: ModelRepository
    private let state = Mutex(State())

    /// An empty directory over a repository.
    package init(repository: ModelRepository) {
        self.repository = repository
    }

    /// How many rows may be scored on an event loop.
    package var quickRows: QuickRows { repository.quickRows }

    // MARK: Reading

    /// The names whose models can be asked, sorted.
    package var names: [String] {
        state.withLock { state in state.entries.filter(\.value.isServed).keys.sorted() }
    }

    /// Whether a model can be asked under a name.
    func isServed(_ name: String) -> Bool {
        state.withLock { $0.entries[name]?.isServed ?? false }
    }

    /// The status of every name, sorted by name.
    package var index: [ModelStatus] {
        state.withLock { state in
            state.forgetIdle(idleMax: Self.idleMax)
            return state.entries.sorted { $0.key < $1.key }
        }.map { status($0.key, $0.value) }
    }

    /// The status of a name.
    /// - Throws: `.notFound` for a name that was never given.
    package func status(of name: String) throws(ServiceError) -> ModelStatus {
        guard let entry = state.withLock({ $0.entries[name] }) else { throw Self.unknown }
        return status(name, entry)
    }

    /// The model of a name, in memory; never waits.
    /// - Throws: `.notFound` for a name that was never given or is unloaded, `.unavailable` while
    ///   it is being loaded, the reason when it did not load.
    package func model(_ name: String) throws(ServiceError) -> ServedModel {
        guard let entry = state.withLock({ $0.entries[name] }) else { throw Self.unknown }
        if entry.isServed, let model = repository.cached(entry.reference) { return model }
        if entry.loads > 0 {
            throw .unavailable(message: "model \(name) is being loaded", retryAfterSeconds: 1)
        }
        throw entry.failure ?? Self.unknown
    }

    // MARK: Changing

    /// Reads the newest model of a place into memory and gives it its name.
    /// - Throws: why the model does not load; `.busy` when there are too many names, or when the
    ///   named models would fill the memory that models may take.
    @discardableResult
    package func load(_ reference: ModelReference) async throws(ServiceError) -> ServedModel {
        try ModelName.validateVersioned(reference.name)
        try begin(reference)
        // From before the load, so that the model is not evicted before it has its name.
        let lease = repository.lease(reference)
        do throws(ServiceError) {
            let model = try await repository.newest(reference)
            // A newer version of a model in service is in its place already, as it would be after
            // the next look at storage.
            if repository.isOverfull, !isServed(reference) {
                throw ServiceError.busy(
                    message: "the named models fill the memory for models: unload one, or raise "
                        + "--models-max or --model-memory-max",
                    retryAfterSeconds: 60
                )
            }
            end(reference, .success(lease))
            return model
        } catch {
            end(reference, .failure(error))
            throw error
        }
    }

    /// Takes a model out of service. Its name stays known, so that it can be loaded again.
    /// - Throws: `.notFound` for a name that was never given.
    package func unload(_ name: String) throws(ServiceError) {
        let ended = state.withLock { state -> Entry? in
            guard var entry = state.entries[name] else { return nil }
            let before = entry
            entry.lease = nil
            entry.failure = nil
            state.note(entry, for: name)
            return before
        }
        guard let ended else { throw Self.unknown }
        // Dropped before its lease ends: no other model has to make room for it.
        withExtendedLifetime(ended.lease) {
            repository.drop(ended.reference, endingWith: ended.lease)
        }
    }

    // MARK: Steps of a load

    private func begin(_ reference: ModelReference) throws(ServiceError) {
        let hasRoom = state.withLock { state in
            if state.entries[reference.name] == nil, state.entries.count >= Self.countMax {
                let idleCount = state.entries.values.count(where: \.isIdle)
                guard idleCount > 0 else { return false }
                state.forgetIdle(idleMax: idleCount - 1)
            }
            var entry = state.entries[reference.name] ?? Entry(reference: reference)
            entry.loads += 1
            state.note(entry, for: reference.name)
            return true
        }
        guard hasRoom else {
            throw .busy(
                message: "\(Self.countMax) models have names, and no more can: unload one",
                retryAfterSeconds: 60
            )
        }
    }

    private func isServed(_ reference: ModelReference) -> Bool {
        state.withLock { state in
            guard let entry = state.entries[reference.name] else { return false }
            return entry.isServed && entry.reference == reference
        }
    }

    private func end(_ reference: ModelReference, _ outcome: Result<ModelLease, ServiceError>) {
        // Whatever lease is replaced ends outside of the lock.
        _ = state.withLock { state -> ModelLease? in
            guard var entry = state.entries[reference.name] else { return nil }
            entry.loads -= 1
            let before = entry.lease
            switch outcome {
            case .success(let lease):
                entry.reference = reference
                entry.lease = lease
                entry.wasServed = true
                entry.failure = nil
            case .failure(let failure):
                // A caller who has gone says nothing of the model.
                if failure != .cancelled { entry.failure = failure }
                // The model that was asked for is not served, unless it has been already.
                if !entry.isServed { entry.reference = reference }
                if case .notFound = failure, !entry.wasServed, entry.loads == 0 {
                    state.entries[reference.name] = nil
                    return nil
                }
            }
            state.note(entry, for: reference.name)
            return before
        }
    }

    private func status(_ name: String, _ entry: Entry) -> ModelStatus {
        let model = entry.isServed ? repository.cached(entry.reference) : nil
        let state: ModelStatus.State =
            if model != nil {
                .ready
            } else if entry.loads > 0 {
                .loading
            } else if entry.failure != nil {
                .failed
            } else {
                .unloaded
            }
        return ModelStatus(
            name: name,
            state: state,
            model: model,
            reference: entry.reference,
            failure: entry.failure
        )
    }

    private static let unknown = ServiceError.notFound(
        FieldProblem(
            .modelName,
            "no model of this name is loaded; load it first",
            kind: .notFound
        )
    )
}

/// The status of a name.
package struct ModelStatus: Sendable {
    /// Where the model of a name stands.
    package enum State: Sendable, Equatable {
        /// Being read for the first time.
        case loading
        /// Can be asked.
        case ready
        /// Did not load; nothing is served under the name.
        case failed
        /// Taken out of service.
        case unloaded
    }

    /// The name that callers use.
    package let name: String
    /// Where its model stands.
    package let state: State
    /// The model in memory; nil unless `ready`.
    package let model: ServedModel?
    /// Where the model lies in storage.
    package let reference: ModelReference
    /// Why the last load failed; also where the model before it is still served.
    package let failure: ServiceError?
}
