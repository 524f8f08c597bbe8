// SPDX-License-Identifier: Apache-2.0

package import Protobuf

extension MessageError {
    /// The status of a call with such a message.
    package var status: RPCStatus {
        switch self {
        case .malformed: RPCStatus(.invalidArgument, description)
        case .overBudget: RPCStatus(.resourceExhausted, description)
        }
    }
}
