// SPDX-License-Identifier: Apache-2.0

package import LoanModel

extension Policy {
    /// Holds a policy that a request gives against what a model is trained on.
    /// - Throws: `.invalid` where the policy does not go with it.
    package func check(against preprocessor: Preprocessor) throws(ServiceError) {
        guard preprocessor.schema.labelValues.areClasses else {
            throw .invalid(
                .policy,
                "is for models of a label of two classes, and this label is a number"
            )
        }
        let features = ServedModel.Feature.all(of: preprocessor)
        do throws(PolicyMismatch) {
            _ = try BoundPolicy(self, features: features.map { ($0.name, $0.cells) })
        } catch {
            throw .invalid(.policy, "\(error)")
        }
    }
}
