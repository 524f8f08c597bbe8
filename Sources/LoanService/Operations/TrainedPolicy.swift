// SPDX-License-Identifier: Apache-2.0

package import LoanModel
internal import ObjectStorage

/// The policy that a training stores with its model.
package struct TrainedPolicy: Sendable, Equatable {
    /// What is stored.
    package let policy: Policy
    /// Whether it is that of the generation before.
    package let isKept: Bool

    /// The digest by which it is served.
    package var digest: String { PolicyDocument.digest(of: policy) }

    private static let readTime = Duration.seconds(30)

    /// The policy that a request leads to, held against what the model is trained on.
    /// - Returns: nil where the standard policy is to count.
    static func of(
        _ request: TrainRequest,
        _ target: StorageResolver.Resolved,
        _ preprocessor: Preprocessor
    ) throws(ServiceError) -> TrainedPolicy? {
        switch request.policy {
        case .standard: return nil
        case .own(let policy):
            try policy.check(against: preprocessor)
            return TrainedPolicy(policy: policy, isKept: false)
        case .kept:
            guard let policy = try stored(request.modelName, target) else { return nil }
            if let mismatch = policy.mismatch(with: preprocessor) {
                throw conflict(
                    "that of the generation before cannot be kept: \(mismatch); give another "
                        + "one, or ask for the standard one"
                )
            }
            return TrainedPolicy(policy: policy, isKept: true)
        }
    }

    /// The policy of the current generation; nil where it has none, or there is none.
    private static func stored(
        _ name: String,
        _ target: StorageResolver.Resolved
    ) throws(ServiceError) -> Policy? {
        let object = ArtifactNames.policy(name)
        let bytes: [UInt8]
        do throws(ObjectStoreError) {
            let deadline = ContinuousClock.now + readTime
            let location = try ArtifactLocation.model(name, in: target.key)
            let reader: ArtifactReader
            do throws(ObjectStoreError) {
                reader = try ArtifactReader(location, in: target.store, deadline: deadline)
            } catch .notFound {
                return nil
            }
            // One that the manifest has and the store lacks is no absent policy, but a lost one.
            guard reader.manifest.entry(object) != nil else { return nil }
            bytes = try reader.bytes(
                object,
                bytesMax: PolicyDocument.lengthMax,
                deadline: deadline
            )
        } catch {
            throw ServiceError(error, target.input, object: object)
        }
        do throws(PolicyDocumentError) {
            return try PolicyDocument.read(bytes)
        } catch {
            throw conflict(
                "that of the generation before, \(object), cannot be kept: \(error); give another "
                    + "one, or ask for the standard one"
            )
        }
    }

    private static func conflict(_ message: String) -> ServiceError {
        .conflict(FieldProblem(.policy, message, kind: .unmet))
    }
}
