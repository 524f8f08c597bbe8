// SPDX-License-Identifier: Apache-2.0

internal import Digest
package import LoanModel

extension PolicyDocument {
    /// The SHA-256 of a policy's text in hexadecimal digits: what two servers compare.
    package static func digest(of policy: Policy) -> String {
        SHA256.hash(text(policy)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
