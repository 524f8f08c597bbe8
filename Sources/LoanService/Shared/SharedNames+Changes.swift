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

    /// Notes that a name is served.
    /// - Parameter isDeclared: whether servers are started with it.
    /// - Returns: a sentence where the other servers do not learn of it.
    func noteLoad(_ reference: ModelReference, isDeclared: Bool = false) async -> String? {
        let name = reference.name
        let places = SharedNameList.Places(reference)
        guard folder.isLocal || (places.model.bucket != nil && places.preprocessor.bucket != nil)
        else {
            return "\(name) lies on the disk of this server, which alone serves it: the servers "
                + "share what lies in the object store"
        }
        return await change(name) { before in
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
        await change(name) { before in
            var entry = before
            entry?.isServed = false
            return entry
        }
    }

    /// - Parameter edit: the entry of the name after the change; nil leaves it out.
    private func change(
        _ name: String,
        _ edit: (SharedNameList.Entry?) -> SharedNameList.Entry?
    ) async -> String? {
        do throws(ServiceError) {
            try await write(name, edit)
            return nil
        } catch {
            return "the other servers do not learn of the change of \(name), since the list that "
                + "they share could not be written (\(error.sentence)); repeat the request once "
                + "that is mended, or start a server that is alone with --shared-folder none"
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
