// SPDX-License-Identifier: Apache-2.0

package import LoanModel
internal import Logging

/// Changing what is made of the probabilities of a stored model.
extension LoanService {
    /// Stores a model again with another policy, as a generation of its own.
    /// - Parameters:
    ///   - policy: nil takes the policy of the model away, so that the standard one counts.
    ///   - name: the name of the model, without a generation.
    /// - Returns: the generation that is current, and what did not succeed once it was.
    package func setPolicy(
        _ policy: Policy?,
        of name: String,
        in folder: StorageLocation
    ) async throws(ServiceError) -> ModelVersion {
        let change = PolicyChange(
            resolver: resolver,
            memory: memory,
            logger: logger,
            folder: folder,
            name: name,
            policy: policy
        )
        let result = try await histories.withPlace { () throws(ServiceError) in
            try await onOwnThread(named: "policy") { () throws(ServiceError) in try change.run() }
        }
        logger.notice(
            "policy of a model changed",
            metadata: [
                LogKey.modelName: "\(name)", LogKey.modelVersion: "\(result.generation)",
            ]
        )
        log(result.warnings, after: "policy", of: name)
        models.expire { $0.model == folder && $0.name == name }
        return result
    }

    /// Changes the policy of the model of a name, and serves the generation that has it.
    /// - Throws: `.notFound` for a name that was never given, and as `setPolicy(_:of:in:)`.
    package func setPolicyAndServe(
        _ policy: Policy?,
        ofServed name: String
    ) async throws(ServiceError) -> ModelVersion {
        try ModelName.validate(name)
        let place = try place(ofServed: name)
        var result = try await setPolicy(policy, of: name, in: place.model)
        if let warning = await serve(place, version: result.generation).warning {
            result.warnings.append(warning)
        }
        return result
    }
}
