// SPDX-License-Identifier: Apache-2.0

package import LoanModel

extension Policy {
    /// Holds a policy that a request gives against what a model is trained on.
    /// - Throws: `.invalid` where the policy does not go with it.
    package func check(against preprocessor: Preprocessor) throws(ServiceError) {
        if let mismatch = mismatch(with: preprocessor) { throw .invalid(.policy, mismatch) }
    }

    /// Why it does not go with what a model is trained on; nil where it does.
    func mismatch(with preprocessor: Preprocessor) -> String? {
        guard preprocessor.schema.labelValues.areClasses else {
            return "it is for models of a label of two classes, and this label is a number"
        }
        let features = ServedModel.Feature.all(of: preprocessor)
        do throws(PolicyMismatch) {
            _ = try BoundPolicy(self, features: features.map(\.ofPolicy))
            return nil
        } catch {
            return "\(error)"
        }
    }
}
