// SPDX-License-Identifier: Apache-2.0

package import Access
package import LoanService

extension ModelIterations {
    /// What `--iterations` says.
    /// - Throws: `ConfigurationError` naming the option.
    package init(option text: String) throws(ConfigurationError) {
        guard let iterations = ModelIterations(text) else {
            throw .unusable(
                option: "iterations",
                value: text,
                reason: "is not \(ModelIterations.grammar)"
            )
        }
        self = iterations
    }
}
