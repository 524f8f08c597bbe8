// SPDX-License-Identifier: Apache-2.0

/// Which models are in memory, which did not load, and which are due for a look at storage: the
/// decisions of the repository, as a value.
package struct ModelCache {
    /// A loaded model with the tags of the objects it came from.
    package struct Snapshot: Sendable {
        /// Ready to score.
        package let model: ServedModel
        /// The versions of its objects.
        package let tags: ModelTags

        /// Gathers both.
        package init(model: ServedModel, tags: ModelTags) {
            self.model = model
            self.tags = tags
        }
    }

    private struct Entry {
        var snapshot: Snapshot
        /// When storage is to be looked at next; nil while that is under way.
        var due: ContinuousClock.Instant?
        /// Ordered by use: the smallest leaves first.
        var used: UInt64
        /// Known to be replaced in storage.
        var isStale = false
    }

    private struct Refusal {
        let error: ServiceError
        let until: ContinuousClock.Instant
    }

    private let configuration: ModelRepositoryConfiguration
    private var entries: [ModelReference: Entry] = [:]
    private var refusals: [ModelReference: Refusal] = [:]
    /// How often each model is held, whatever room is needed.
    private var leases: [ModelReference: Int] = [:]
    private var uses: UInt64 = 0
    /// Models that left to make room.
    package private(set) var evictions: UInt64 = 0

    /// An empty cache.
    package init(_ configuration: ModelRepositoryConfiguration) {
        self.configuration = configuration
    }

    /// Models in memory.
    package var count: Int { entries.count }
    /// Bytes of the models in memory.
    package var byteCount: Int { entries.values.reduce(0) { $0 + $1.snapshot.model.byteCount } }

    /// `ServedModel.quickRowCount` of the slowest model in memory; nil without models.
    package var quickRowCount: Int? { entries.values.map(\.snapshot.model.quickRowCount).min() }

    // MARK: Models

    /// The model, which counts as used now.
    package mutating func use(_ reference: ModelReference) -> (model: ServedModel, isStale: Bool)? {
        guard let index = entries.index(forKey: reference) else { return nil }
        uses += 1
        entries.values[index].used = uses
        return (entries.values[index].snapshot.model, entries.values[index].isStale)
    }

    /// The tags of the model in memory.
    package func tags(_ reference: ModelReference) -> ModelTags? {
        entries[reference]?.snapshot.tags
    }

    /// Puts a model in the place of the one before it, and makes room.
    package mutating func insert(
        _ snapshot: Snapshot,
        for reference: ModelReference,
        due: ContinuousClock.Instant
    ) {
        refusals[reference] = nil
        uses += 1
        entries[reference] = Entry(snapshot: snapshot, due: due, used: uses)
        makeRoom(keeping: reference)
    }

    /// Marks models as replaced in storage, which is to be looked at now.
    /// - Parameter isReplaced: gets the tags of a model in memory, and nil for one that did not
    ///   load.
    package mutating func expire(
        now: ContinuousClock.Instant,
        where isReplaced: (ModelReference, ModelTags?) -> Bool
    ) {
        for (reference, entry) in entries where isReplaced(reference, entry.snapshot.tags) {
            entries[reference]?.isStale = true
            if entry.due != nil { entries[reference]?.due = now }
        }
        for reference in refusals.keys where isReplaced(reference, nil) {
            refusals[reference] = nil
        }
    }

    /// Keeps a model whatever else is loaded, until as many leases have ended as have begun.
    package mutating func beginLease(of reference: ModelReference) {
        leases[reference, default: 0] += 1
    }

    /// After the last lease a model may leave when room is needed.
    package mutating func endLease(of reference: ModelReference) {
        let count = leases[reference] ?? 0
        precondition(count > 0, "a lease ends once")
        leases[reference] = count > 1 ? count - 1 : nil
        makeRoom()
    }

    /// Removes a model from memory, unless somebody else than the caller has a lease of it.
    /// - Parameter ownLeases: those that the caller has.
    package mutating func drop(_ reference: ModelReference, ownLeases: Int) {
        if leases[reference] ?? 0 <= ownLeases { entries[reference] = nil }
    }

    /// Whether the models under lease alone exceed a limit.
    package var isOverfull: Bool {
        let kept = entries.filter { leases[$0.key] != nil }
        let bytes = kept.values.reduce(0) { $0 + $1.snapshot.model.byteCount }
        return kept.count > configuration.countMax || bytes > configuration.bytesMax
    }

    /// Removes what has been unused for longest; the model that was just asked for stays, also when
    /// it is larger than all room there is.
    private mutating func makeRoom(keeping newest: ModelReference? = nil) {
        while entries.count > configuration.countMax || byteCount > configuration.bytesMax {
            let oldest =
                entries
                .filter { $0.key != newest && leases[$0.key] == nil }
                .min { $0.value.used < $1.value.used }
            guard let oldest else { return }
            entries[oldest.key] = nil
            evictions += 1
        }
    }

    /// Makes room for what the models in memory hold more than when they came.
    package mutating func trim() { makeRoom() }

    // MARK: Refusals

    /// Remembers for a while that a model does not load.
    package mutating func refuse(
        _ reference: ModelReference,
        _ error: ServiceError,
        now: ContinuousClock.Instant
    ) {
        if refusals.count >= configuration.refusalsMax {
            refusals = refusals.filter { $0.value.until > now }
        }
        if refusals.count >= configuration.refusalsMax,
            let first = refusals.min(by: { $0.value.until < $1.value.until })
        {
            refusals[first.key] = nil
        }
        refusals[reference] = Refusal(error: error, until: now + configuration.refusalLifetime)
    }

    /// Why a model did not load a moment ago.
    package func refusal(_ reference: ModelReference, now: ContinuousClock.Instant) -> ServiceError?
    {
        refusals[reference].flatMap { now < $0.until ? $0.error : nil }
    }

    // MARK: Checks

    /// The models to look at now; each is given out once until `checked`.
    package mutating func takeDue(now: ContinuousClock.Instant) -> [ModelReference] {
        let due = entries.filter { entry in entry.value.due.map { $0 <= now } ?? false }.map(\.key)
        for reference in due { entries[reference]?.due = nil }
        return due
    }

    /// Ends a look at storage that has not brought another model.
    package mutating func checked(_ reference: ModelReference, due: ContinuousClock.Instant) {
        entries[reference]?.due = due
        entries[reference]?.isStale = false
    }
}

/// The versions of the objects a model was read from.
package struct ModelTags: Equatable, Sendable {
    /// The tag of the model's object, or the generation that is pinned.
    package let model: String
    /// Nil for a model that is stored with its own preprocessor, which the first tag covers, and
    /// for one without any.
    package let preprocessor: String?
    /// Nil where there is none, or the first tag covers it.
    package let policy: String?

    /// Gathers them.
    package init(model: String, preprocessor: String?, policy: String? = nil) {
        self.model = model
        self.preprocessor = preprocessor
        self.policy = policy
    }
}
