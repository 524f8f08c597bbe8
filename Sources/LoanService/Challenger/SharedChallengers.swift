// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Logging
internal import Synchronization

/// The challengers that the servers of one fleet have, in a list that all of them read and write,
/// next to the list of names.
///
/// A server looks at the list as often as at its models. Changes are written on condition that
/// nobody else changed the list meanwhile. Where the list cannot be read, a server goes on with
/// the challengers that it has. Without a folder that servers share, they are those of this
/// process.
final class SharedChallengers: Sendable {
    static let object = "challengers.json"
    /// Attempts at a change that others disturb.
    private static let attemptsMax = 10

    private struct State {
        var list = ChallengerList()
        var tag: String?
        /// Why the last look failed.
        var failure: ServiceError?
        /// Changes of the list by this server.
        var changes = 0
        /// The stamps of challengers that were taken away here while that could not be written.
        var withdrawn: [String: String] = [:]

        /// What counts here.
        var entries: [String: ChallengerList.Entry] {
            list.challengers.filter { withdrawn[$0.key] != $0.value.stamp }
        }
    }

    private let folder: SharedFolder?
    private let challengers: Challengers
    private let interval: Duration
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - folder: where the list is; nil where this server shares nothing.
    ///   - interval: between two looks at the list.
    init(
        folder: SharedFolder?,
        _ challengers: Challengers,
        interval: Duration,
        logger: Logger
    ) {
        self.folder = folder
        self.challengers = challengers
        self.interval = interval
        self.logger = logger
    }

    /// Whether other servers, and this one after a start, learn of changes.
    var isShared: Bool { folder != nil }

    // MARK: Reading

    /// Applies the list at intervals, until the task is cancelled.
    func keepKnown() async {
        guard folder != nil else { return }
        while !Task.isCancelled {
            await look()
            try? await Task.sleep(for: interval * Double.random(in: 0.9...1.1))
        }
    }

    /// Reads the list and applies it. What goes wrong is logged once.
    func look() async {
        guard let folder else { return }
        let (known, changes) = state.withLock { ($0.tag, $0.changes) }
        let outcome: Result<(ChallengerList, String?), ServiceError>
        do throws(ServiceError) {
            switch try await folder.read(Self.object, unless: known) {
            case .unchanged: outcome = .success((state.withLock(\.list), known))
            case .absent: outcome = .success((ChallengerList(), nil))
            case .found(let bytes, let tag): outcome = .success((try Self.list(bytes), tag))
            }
        } catch {
            outcome = .failure(error)
        }
        let before = state.withLock { state -> ServiceError? in
            let before = state.failure
            switch outcome {
            case .success(let (list, tag)):
                state.failure = nil
                // A change of this server may have been written since.
                if state.changes == changes { (state.list, state.tag) = (list, tag) }
            case .failure(let error): state.failure = error
            }
            return before
        }
        if case .failure(let error) = outcome, error != before { warn(error) }
        apply()
        guard challengers.isShadowing else { return }
        do throws(ServiceError) {
            try challengers.start()
        } catch {
            warn(error)
        }
    }

    private func apply() { challengers.replace(state.withLock(\.entries)) }

    private func warn(_ error: ServiceError) {
        logger.warning(
            "the list of challengers cannot be followed",
            metadata: [LogKey.error: "\(error.sentence)"]
        )
    }

    private static func list(_ bytes: [UInt8]) throws(ServiceError) -> ChallengerList {
        do {
            return try ChallengerList(bytes)
        } catch {
            throw .dataLoss(
                FieldProblem(
                    location: [],
                    message: "the object .loan-default/shared/\(object) is not a list of "
                        + "challengers that this release can read: move it away",
                    kind: .damaged
                )
            )
        }
    }

    // MARK: Changing

    /// Sets the challenger of a name, for all servers.
    /// - Throws: where the list cannot be written, or a shadow gets no thread; then nothing has
    ///   changed.
    func set(_ setup: ChallengerSetup, of champion: String) async throws(ServiceError) {
        if setup.mode == .shadow { try challengers.start() }
        let entry = ChallengerList.Entry(
            setup: setup,
            since: Date.now.timeIntervalSince1970,
            stamp: UUID().uuidString
        )
        try await change { (list) throws(ServiceError) in
            list.challengers[champion] = entry
            guard list.challengers.count <= ServedModels.countMax else {
                throw .busy(
                    message: "\(ServedModels.countMax) models have challengers: take one away",
                    retryAfterSeconds: 60
                )
            }
        }
        state.withLock { $0.withdrawn[champion] = nil }
        apply()
    }

    /// Takes the challenger of a name away: here at once, whatever becomes of the list.
    /// - Returns: whether there was one, and a sentence where the other servers do not learn of it.
    func remove(of champion: String) async -> (wasThere: Bool, warning: String?) {
        let wasThere = state.withLock { state -> Bool in
            guard let entry = state.entries[champion] else { return false }
            state.withdrawn[champion] = entry.stamp
            return true
        }
        apply()
        var wasListed = false
        do throws(ServiceError) {
            try await change { list in
                wasListed = list.challengers.removeValue(forKey: champion) != nil
            }
        } catch {
            let warning =
                "the other servers do not learn that \(champion) has no challenger any more, since "
                + "the list that they share could not be written (\(error.sentence)); repeat the "
                + "request once that is put right"
            return (wasThere, warning)
        }
        state.withLock { $0.withdrawn[champion] = nil }
        apply()
        return (wasThere || wasListed, nil)
    }

    private func change(
        _ edit: (inout ChallengerList) throws(ServiceError) -> Void
    ) async throws(ServiceError) {
        guard let folder else {
            var list = state.withLock(\.list)
            try edit(&list)
            return state.withLock { $0.list = list }
        }
        for attempt in 1... {
            var (list, tag) = try await current(folder)
            let before = list
            try edit(&list)
            if list == before { return take(list, tag) }
            guard let bytes = try? list.bytes, bytes.count <= SharedFolder.bytesMax else {
                throw .busy(
                    message: "the list of challengers is too long: take one away",
                    retryAfterSeconds: 60
                )
            }
            do throws(ServiceError) {
                let written = try await folder.write(
                    Self.object,
                    bytes,
                    replacing: tag.map { .version(tag: $0) } ?? .nothing
                )
                return take(list, written)
            } catch .conflict(let problem) {
                guard attempt < Self.attemptsMax else { throw .conflict(problem) }
                try? await Task.sleep(for: .milliseconds(Int.random(in: 10...50) * attempt))
            }
        }
    }

    private func take(_ list: ChallengerList, _ tag: String?) {
        state.withLock { state in
            (state.list, state.tag) = (list, tag)
            state.changes += 1
        }
    }

    /// The list as it is stored now.
    private func current(
        _ folder: SharedFolder
    ) async throws(ServiceError) -> (ChallengerList, tag: String?) {
        switch try await folder.read(Self.object) {
        case .absent, .unchanged: (ChallengerList(), nil)
        case .found(let bytes, let tag): (try Self.list(bytes), tag)
        }
    }
}
