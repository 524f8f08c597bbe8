// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// Giving names to models and taking them away, on this server and, where several share a folder,
/// on all of them.
extension LoanService {
    /// Serves the model of a place under its name.
    /// - Returns: the model, and a sentence where the other servers do not learn of it.
    package func serve(
        _ reference: ModelReference
    ) async throws(ServiceError) -> (model: ServedModel, warnings: [String]) {
        guard let names else { return (try await served.load(reference), []) }
        let (model, problem) = try await names.changing(reference.name) {
            () async throws(ServiceError) -> (ServedModel, String?) in
            let model = try await served.load(reference)
            return (model, await names.noteLoad(reference))
        }
        return (model, warnings(problem, after: "load", reference.name))
    }

    /// Serves the model of a name that was given before, here or on another server.
    /// - Throws: `.notFound` for a name that was never given.
    package func serve(
        named name: String
    ) async throws(ServiceError) -> (model: ServedModel, warnings: [String]) {
        let reference: ModelReference
        do throws(ServiceError) {
            reference = try served.status(of: name).reference
        } catch {
            guard case .notFound = error, let listed = await names?.reference(of: name) else {
                throw error
            }
            reference = listed
        }
        return try await serve(reference)
    }

    /// Takes a model out of service.
    /// - Returns: a sentence where the other servers do not learn of it.
    /// - Throws: `.notFound` for a name that was never given.
    package func unload(_ name: String) async throws(ServiceError) -> [String] {
        guard let names else {
            try served.unload(name)
            return []
        }
        let problem = try await names.changing(name) {
            () async throws(ServiceError) -> String? in
            do throws(ServiceError) {
                try served.unload(name)
            } catch {
                // Others may serve what does not load here.
                guard await names.lists(name) else { throw error }
            }
            return await names.noteUnload(name)
        }
        names.endUnlisted(name)
        return warnings(problem, after: "unload", name)
    }

    /// Serves a model that this server is started with. What callers asked for since a server was
    /// first started with it counts: another place, or that it is out of service.
    package func serveFromStart(_ reference: ModelReference) async throws(ServiceError) {
        guard let names else {
            try await served.load(reference)
            return
        }
        try await names.changing(reference.name) { () async throws(ServiceError) in
            try await serveFromStart(reference, names)
        }
    }

    private func serveFromStart(
        _ reference: ModelReference,
        _ names: SharedNames
    ) async throws(ServiceError) {
        switch await names.standing(of: reference) {
        case .served(let current): try await served.load(current)
        case .unloaded:
            logger.notice(
                "a model of the start was unloaded since and stays so until it is loaded",
                metadata: [LogKey.modelName: "\(reference.name)"]
            )
        case .new:
            try await served.load(reference)
            let problem = await names.noteLoad(reference, isDeclared: true)
            _ = warnings(problem, after: "load", reference.name)
        }
    }

    /// Looks among the names of other servers for one that is not served here; for
    /// `NAME@GENERATION` also for `NAME`, whose place it shares.
    /// - Returns: whether the name is served, or something has changed for it.
    /// - Throws: `.unavailable` while that is not known.
    package func find(_ name: String) async throws(ServiceError) -> Bool {
        guard let names else { return false }
        if try await names.find(name) { return true }
        guard let model = try? VersionedName(name).artifact, model != name else { return false }
        return try await names.find(model)
    }

    private func warnings(_ problem: String?, after operation: String, _ name: String) -> [String] {
        guard let problem else { return [] }
        log([problem], after: operation, of: name)
        return [problem]
    }
}
