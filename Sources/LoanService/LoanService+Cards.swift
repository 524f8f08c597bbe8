// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage

/// What is known of stored models, for those who must judge them.
extension LoanService {
    /// The card of a stored model.
    /// - Parameter name: `NAME`, or `NAME@GENERATION` for that one.
    package func card(
        of name: String,
        in folder: StorageLocation
    ) async throws(ServiceError) -> ModelCard {
        let reading = CardReading(resolver: resolver, folder: folder, name: name)
        return try await histories.withPlace { () throws(ServiceError) in
            try await onOwnThread(named: "card") { () throws(ServiceError) in try reading.run() }
        }
    }

    /// The card of the model of a name: of the generation in service, unless another one is asked
    /// for.
    /// - Throws: `.notFound` for a name that was never given, and as `card(of:in:)`.
    package func card(
        ofServed name: String,
        version: String?
    ) async throws(ServiceError) -> ModelCard {
        let place = try place(ofServed: name)
        let pinned = try VersionedName(name).generation?.name
        if let pinned, let version, pinned != version {
            throw .invalid(
                .modelName,
                "names the generation \(pinned) of \(place.name), and \(version.excerpt) is asked "
                    + "for as well: give one of the two"
            )
        }
        let wanted = version ?? pinned ?? (try? served.model(name))?.version
        let whole = wanted.map { "\(place.name)@\($0)" } ?? place.name
        return try await card(of: whole, in: place.model)
    }
}
