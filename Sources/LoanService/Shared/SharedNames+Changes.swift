// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Synchronization

/// Noting in the list what was asked of this server, for the others.
extension SharedNames {
    /// Attempts at a change that others disturb.
    private static let attemptsMax = 10

    /// What the list says of a name that this server is started with.
    enum Standing: Equatable {
        /// Nothing, or what was said for another place: the start counts.
        case new
        /// The name stands for these places since.
        case served(ModelReference)
        /// It was taken out of service since.
        case unloaded
    }

    func standing(of reference: ModelReference) async -> Standing {
        await look()
        let entry = state.withLock { $0.list.names[reference.name] }
        guard let entry, entry.declared == .init(reference) else { return .new }
        return entry.isServed ? .served(entry.reference(reference.name)) : .unloaded
    }

    /// Loads or unloads a name and writes so: until that is done, the list as it was before is not
    /// followed for the name.
    func changing<Value: Sendable>(
        _ name: String,
        _ body: () async throws(ServiceError) -> Value
    ) async throws(ServiceError) -> Value {
        state.withLock { $0.changing[name, default: 0] += 1 }
        defer {
            state.withLock { state in
                let count = (state.changing[name] ?? 0) - 1
                state.changing[name] = count > 0 ? count : nil
            }
        }
        return try await body()
    }

    /// Takes a name out of service that a load which began before its unload has brought back.
    func endUnlisted(_ name: String) {
        let isOut = state.withLock { state in
            guard state.changing[name] == nil, let entry = state.list.names[name] else {
                return false
            }
            return !entry.isServed || state.withdrawn[name] == entry.stamp
        }
        if isOut, served.isServed(name) { try? served.unload(name) }
    }

    /// Notes that a name is served.
    /// - Parameter isDeclared: whether servers are started with it.
    /// - Returns: a sentence where the other servers do not learn of it.
    func noteLoad(_ reference: ModelReference, isDeclared: Bool = false) async -> String? {
        let name = reference.name
        let places = SharedNameList.Places(reference)
        state.withLock { $0.withdrawn[name] = nil }
        guard folder.isLocal || places.areInBuckets else {
            return "\(name) lies on the disk of this server, which alone serves it: the servers "
                + "share what lies in the object store"
        }
        return await change(name) { before in
            // A start changes nothing of what was said since the first with these places; it comes
            // here where the list could not be read before.
            if isDeclared, let before, before.declared == places { return before }
            var entry = before ?? .init(places: places, isServed: true, changed: 0, stamp: "")
            entry.places = places
            entry.isServed = true
            if isDeclared { entry.declared = places }
            return entry
        }
    }

    /// Notes that a name is out of service.
    /// - Returns: a sentence where the other servers do not learn of it.
    func noteUnload(_ name: String) async -> String? {
        let problem = await change(name) { before in
            var entry = before
            entry?.isServed = false
            return entry
        }
        // Here at least it stays out of service, until a later change of the name.
        if problem != nil { state.withLock { $0.withdrawn[name] = $0.list.names[name]?.stamp } }
        return problem
    }

    /// - Parameter edit: the entry of the name after the change; nil leaves it out.
    private func change(
        _ name: String,
        _ edit: @escaping @Sendable (SharedNameList.Entry?) -> SharedNameList.Entry?
    ) async -> String? {
        // Not cancelled with its caller: what was done here, the others must learn.
        await Task { await changeToTheEnd(name, edit) }.value
    }

    private func changeToTheEnd(
        _ name: String,
        _ edit: @Sendable (SharedNameList.Entry?) -> SharedNameList.Entry?
    ) async -> String? {
        do throws(ServiceError) {
            try await write(name, edit)
            return nil
        } catch {
            return "the other servers do not learn of the change of \(name), since the list that "
                + "they share could not be written (\(error.sentence)); repeat the request once "
                + "that is put right, or start a server that is alone with --shared-folder none"
        }
    }

    private func write(
        _ name: String,
        _ edit: (SharedNameList.Entry?) -> SharedNameList.Entry?
    ) async throws(ServiceError) {
        for attempt in 1... {
            var (list, tag) = try await current()
            let before = list.names[name]
            guard var entry = edit(before) else { return }
            if entry == before { return }
            entry.changed = Date.now.timeIntervalSince1970
            entry.stamp = UUID().uuidString
            list.set(entry, for: name)
            guard list.names.count <= ServedModels.countMax, let bytes = try? list.bytes else {
                throw .busy(
                    message: "\(ServedModels.countMax) models have names: unload one",
                    retryAfterSeconds: 60
                )
            }
            do throws(ServiceError) {
                let written = try await folder.write(
                    Self.object,
                    bytes,
                    replacing: tag.map { .version(tag: $0) } ?? .nothing
                )
                return state.withLock { state in
                    state.replace(list, written)
                    state.stamps[name] = entry.stamp
                }
            } catch .conflict(let problem) {
                guard attempt < Self.attemptsMax else { throw .conflict(problem) }
                try? await Task.sleep(for: .milliseconds(Int.random(in: 10...50) * attempt))
            }
        }
    }

    /// The list as it is stored now.
    private func current() async throws(ServiceError) -> (SharedNameList, tag: String?) {
        switch try await folder.read(Self.object) {
        case .absent, .unchanged: (SharedNameList(), nil)
        case .found(let bytes, let tag): (try Self.list(bytes), tag)
        }
    }
}
