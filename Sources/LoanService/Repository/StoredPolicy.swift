// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

/// A policy as it lies with a model.
struct StoredPolicy {
    private let policy: Policy
    private let object: StoredObject
    let warnings: [String]
    /// As it is stored.
    let bytes: [UInt8]

    /// Reads the policy that was found.
    init(_ object: StoredObject, _ found: StoredObject.Found) throws(ServiceError) {
        guard found.size <= PolicyDocument.lengthMax else {
            let error = PolicyDocumentError.tooLong(
                place: PolicyDocument.place,
                limit: PolicyDocument.lengthMax
            )
            throw Self.problem(object, "\(error)")
        }
        let content = try object.read(found)
        do throws(PolicyDocumentError) {
            policy = try PolicyDocument.read(content.bytes)
        } catch {
            throw Self.problem(object, "\(error)")
        }
        self.object = object
        warnings = content.warnings
        bytes = content.bytes
    }

    /// The policy, held against the model that it is served with.
    func served(_ scorer: Scorer) throws(ServiceError) -> ServedPolicy {
        guard ServedPolicy.isFor(scorer) else {
            let reason = ServedModel.Undecidable.objective(scorer.objective)
            throw Self.problem(object, "\(reason)")
        }
        let features = ServedModel.Feature.all(of: scorer.preprocessor)
        do throws(PolicyMismatch) {
            return ServedPolicy(try BoundPolicy(policy, features: features.map(\.ofPolicy)))
        } catch {
            throw Self.problem(object, "\(error)")
        }
    }

    private static func problem(_ object: StoredObject, _ message: String) -> ServiceError {
        .conflict(FieldProblem(object.folder.input, "\(object.name): \(message)", kind: .unmet))
    }
}
