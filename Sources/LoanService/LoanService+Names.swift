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
        let model = try await served.load(reference)
        return (model, warnings(await names?.noteLoad(reference), after: "load", reference.name))
    }

    /// Serves the model of a name that was given before.
    /// - Throws: `.notFound` for a name that was never given.
    package func serve(
        named name: String
    ) async throws(ServiceError) -> (model: ServedModel, warnings: [String]) {
        try await serve(try served.status(of: name).reference)
    }

    /// Takes a model out of service.
    /// - Returns: a sentence where the other servers do not learn of it.
    /// - Throws: `.notFound` for a name that was never given.
    package func unload(_ name: String) async throws(ServiceError) -> [String] {
        do throws(ServiceError) {
            try served.unload(name)
        } catch {
            // Others may serve what does not load here.
            guard let names, await names.lists(name) else { throw error }
        }
        return warnings(await names?.noteUnload(name), after: "unload", name)
    }

    /// Serves a model that this server is started with. What callers asked for since a server was
    /// first started with it counts: another place, or that it is out of service.
    package func serveFromStart(_ reference: ModelReference) async throws(ServiceError) {
        guard let names else {
            try await served.load(reference)
            return
        }
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

    /// Looks among the names of other servers for one that is not served here.
    /// - Returns: whether the name is served by now, or something has changed for it.
    /// - Throws: `.unavailable` while that is not known.
    package func find(_ name: String) async throws(ServiceError) -> Bool {
        try await names?.find(name) ?? false
    }

    private func warnings(_ problem: String?, after operation: String, _ name: String) -> [String] {
        guard let problem else { return [] }
        log([problem], after: operation, of: name)
        return [problem]
    }
}
