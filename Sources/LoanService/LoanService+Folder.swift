// SPDX-License-Identifier: Apache-2.0

/// The models of a folder, which come and go with its files.
extension LoanService {
    /// What lies in a folder now.
    /// - Returns: its models by the names that they are to have, and sentences on what cannot be
    ///   served, by name.
    package func models(
        in folder: StorageLocation,
        _ iterations: ModelIterations = .best
    ) async throws(ServiceError) -> (models: [ListedModel], problems: [String: String]) {
        let resolver = resolver
        let listing = try await onOwnThread(named: "list models") { () throws(ServiceError) in
            try ModelFolder(folder, resolver, iterations: iterations).list()
        }
        return (listing.models, listing.problems)
    }

    /// Serves a model of a folder on this server: each that watches the folder finds it there.
    package func serveHere(_ model: ListedModel) async throws(ServiceError) {
        try await served.load(model.reference)
    }

    /// Takes a model out of service that has left its folder, unless its name stands for another
    /// one by now.
    package func withdraw(_ model: ListedModel) {
        guard let status = try? served.status(of: model.reference.name),
            status.reference == model.reference
        else { return }
        try? served.unload(model.reference.name)
    }
}
