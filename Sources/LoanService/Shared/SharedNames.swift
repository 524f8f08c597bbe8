// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import Synchronization

/// The names that the servers of one fleet serve, in a list that all of them read and write.
///
/// A server looks at the list as often as at its models, and at once when it is asked for a name
/// that it does not serve; then it does what the others were asked to do. Changes are written on
/// condition that nobody else changed the list meanwhile. Where the list cannot be read, a server
/// goes on serving what it serves.
package final class SharedNames: Sendable {
    /// Between two looks at the list, however many callers ask for unknown names.
    package static let lookInterval = Duration.milliseconds(100)
    /// How long a name that no server serves is not looked for again.
    package static let absentTime = Duration.seconds(2)
    /// Such names that are remembered.
    static let absentMax = 1_024
    /// Names that are looked for at a time for callers that do not wait.
    static let searchesMax = 64
    static let object = "names.json"

    struct State {
        var list = SharedNameList()
        var tag: String?
        /// Why the last look failed.
        var failure: ServiceError?
        /// When the last look that has ended began.
        var readAt: ContinuousClock.Instant?
        var look: Task<Void, Never>?
        /// Names that nobody served when they were looked for.
        var absent: [String: ContinuousClock.Instant] = [:]
        var searches: Set<String> = []
        /// The stamps that this server has acted on, or made.
        var stamps: [String: String] = [:]
        var triedAt: [String: ContinuousClock.Instant] = [:]
        var applying: [String: Task<Void, Never>] = [:]
        /// Names that this server is being asked to load or unload, and how often: what the list
        /// says of them is about to be replaced.
        var changing: [String: Int] = [:]
        /// The stamps of names that were unloaded here while that could not be written.
        var withdrawn: [String: String] = [:]

        /// Whether the list is out of reach.
        var isAway: Bool {
            if case .unavailable? = failure { true } else { false }
        }

        func isAbsent(_ name: String) -> Bool {
            absent[name].map { ContinuousClock.now - $0 < SharedNames.absentTime } ?? false
        }

        /// Takes another list, and forgets what was done for names that are not in it.
        mutating func replace(_ list: SharedNameList, _ tag: String?) {
            (self.list, self.tag) = (list, tag)
            stamps = stamps.filter { list.names[$0.key] != nil }
            triedAt = triedAt.filter { list.names[$0.key] != nil }
            withdrawn = withdrawn.filter { list.names[$0.key]?.stamp == $0.value }
        }

        mutating func note(absent name: String) {
            let now = ContinuousClock.now
            if absent.count >= SharedNames.absentMax {
                absent = absent.filter { now - $0.value < SharedNames.absentTime }
            }
            if absent.count >= SharedNames.absentMax { absent.removeAll() }
            absent[name] = now
        }
    }

    let folder: SharedFolder
    let served: ServedModels
    private let interval: Duration
    private let logger: Logger
    let state = Mutex(State())

    /// - Parameters:
    ///   - served: what is served here.
    ///   - interval: between two looks at the list.
    init(folder: SharedFolder, served: ServedModels, interval: Duration, logger: Logger) {
        self.folder = folder
        self.served = served
        self.interval = interval
        self.logger = logger
    }

    // MARK: Reading

    /// Applies the list at intervals, until the task is cancelled.
    func keepKnown() async {
        while !Task.isCancelled {
            await look()
            for name in changedNames { await apply(name) }
            try? await Task.sleep(for: interval * Double.random(in: 0.9...1.1))
        }
    }

    /// Looks for a name that is not served here, and serves it where the others do.
    /// - Returns: whether the name is served, or something has changed for it.
    /// - Throws: `.unavailable` while the list is out of reach.
    package func find(_ name: String) async throws(ServiceError) -> Bool {
        guard Self.isName(name) else { return false }
        // Since the caller learned that it is not.
        if served.isServed(name) { return true }
        if !state.withLock({ $0.isAbsent(name) }) {
            await look()
            // What another task began may have been done during the look.
            if await apply(name) || served.isServed(name) { return true }
            state.withLock { state in
                // Nobody knows while the list is away, or is about to be changed.
                if !state.isAway, state.changing[name] == nil { state.note(absent: name) }
            }
        }
        guard case .unavailable(let message, let seconds)? = state.withLock(\.failure) else {
            return false
        }
        throw .unavailable(
            message: "the list of the names that other servers serve is out of reach: \(message)",
            retryAfterSeconds: max(seconds, 2)
        )
    }

    /// Begins to look for a name, for callers that cannot wait.
    /// - Returns: false where it was looked for a moment ago, and where it is no name of a model.
    package func beginFinding(_ name: String) -> Bool {
        guard Self.isName(name) else { return false }
        let (isDue, isNew) = state.withLock { state in
            if state.isAbsent(name) { return (state.isAway, false) }
            guard state.searches.count < Self.searchesMax else { return (true, false) }
            return (true, state.searches.insert(name).inserted)
        }
        if isNew {
            Task {
                _ = try? await find(name)
                state.withLock { _ = $0.searches.remove(name) }
            }
        }
        return isDue
    }

    /// Names that callers choose are kept only where they can be names of models, which bounds
    /// their length.
    private static func isName(_ name: String) -> Bool {
        (try? ModelName.validateVersioned(name)) != nil
    }

    /// The places of a name that the list has, in service or not.
    func reference(of name: String) async -> ModelReference? {
        await look()
        return state.withLock { $0.list.names[name]?.reference(name) }
    }

    /// Whether other servers serve a name.
    func lists(_ name: String) async -> Bool {
        await look()
        return state.withLock { $0.list.names[name]?.isServed ?? false }
    }

    /// Waits for a reading of the list that begins from now on. Whoever comes before it begins
    /// shares it, and two of them are some time apart.
    func look() async {
        let asked = ContinuousClock.now
        while true {
            let look = state.withLock { state -> Task<Void, Never>? in
                if let begun = state.readAt, begun >= asked { return nil }
                if let running = state.look { return running }
                let pause = state.readAt.map { $0 + Self.lookInterval } ?? asked
                let look = Task {
                    try? await Task.sleep(until: pause)
                    await self.read()
                }
                state.look = look
                return look
            }
            guard let look else { return }
            await look.value
        }
    }

    private func read() async {
        let begun = ContinuousClock.now
        let known = state.withLock(\.tag)
        let outcome: Result<(SharedNameList, String?), ServiceError>
        do throws(ServiceError) {
            switch try await folder.read(Self.object, unless: known) {
            case .unchanged: outcome = .success((state.withLock(\.list), known))
            case .absent: outcome = .success((SharedNameList(), nil))
            case .found(let bytes, let tag): outcome = .success((try Self.list(bytes), tag))
            }
        } catch {
            outcome = .failure(error)
        }
        let isNew = state.withLock { state -> Bool in
            state.look = nil
            state.readAt = begun
            let before = state.failure
            switch outcome {
            case .success(let (list, tag)):
                state.failure = nil
                // A change of this server may have been written since.
                if state.tag == known { state.replace(list, tag) }
            case .failure(let error): state.failure = error
            }
            return state.failure != nil && state.failure != before
        }
        guard isNew, case .failure(let error) = outcome else { return }
        logger.warning(
            "the list of the names that other servers serve cannot be read",
            metadata: [LogKey.error: "\(error.sentence)"]
        )
    }

    static func list(_ bytes: [UInt8]) throws(ServiceError) -> SharedNameList {
        do {
            return try SharedNameList(bytes)
        } catch {
            throw .dataLoss(
                FieldProblem(
                    location: [],
                    message: "the object .loan-default/shared/\(object) is not a list of names "
                        + "that this release can read: move it away",
                    kind: .damaged
                )
            )
        }
    }

    // MARK: Acting

    private var changedNames: [String] {
        state.withLock { state in
            state.list.names.filter { state.stamps[$0.key] != $0.value.stamp }.keys.sorted()
        }
    }

    /// Serves a name, or takes it out of service, as the list says.
    /// - Returns: whether there was something to do.
    @discardableResult
    private func apply(_ name: String) async -> Bool {
        let isServed = served.isServed(name)
        let task = state.withLock { state -> Task<Void, Never>? in
            if state.changing[name] != nil { return nil }
            if let running = state.applying[name] { return running }
            guard let entry = state.list.names[name], state.withdrawn[name] != entry.stamp else {
                return nil
            }
            let isKnown = state.stamps[name] == entry.stamp
            // What did not load is tried again when it is asked for, and not more often than this.
            let isDue = state.triedAt[name].map { ContinuousClock.now - $0 >= interval } ?? true
            if isKnown, isServed || !entry.isServed || !isDue { return nil }
            state.stamps[name] = entry.stamp
            state.triedAt[name] = .now
            let task = Task { await self.act(on: entry, name) }
            state.applying[name] = task
            return task
        }
        guard let task else { return false }
        await task.value
        return true
    }

    private func act(on entry: SharedNameList.Entry, _ name: String) async {
        defer {
            state.withLock { state in
                state.applying[name] = nil
                // A change of the list meanwhile is applied next.
                if state.list.names[name]?.stamp != entry.stamp { state.stamps[name] = nil }
            }
            endUnlisted(name)
        }
        do throws(ServiceError) {
            if entry.isServed {
                try await served.load(entry.reference(name))
            } else if served.isServed(name) {
                try served.unload(name)
            } else {
                return
            }
            logger.notice(
                "a name follows the other servers",
                metadata: [
                    LogKey.modelName: "\(name)",
                    LogKey.operation: "\(entry.isServed ? "load" : "unload")",
                ]
            )
        } catch {
            logger.error(
                "a name that other servers serve does not load here",
                metadata: [LogKey.modelName: "\(name)", LogKey.error: "\(error.sentence)"]
            )
        }
    }
}
