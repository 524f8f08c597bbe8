// SPDX-License-Identifier: Apache-2.0

package import Admission

extension PredictRefusal {
    /// The refusal as the wire says it.
    package var status: RPCStatus {
        guard let retryAfter else {
            return RPCStatus(.deadlineExceeded, message, isNotStarted: true)
        }
        return RPCStatus(.resourceExhausted, message, retryAfter: retryAfter, isNotStarted: true)
    }
}

/// Refusals as they are sent, each encoded once, since they come in thousands.
struct EncodedRefusals: Sendable {
    /// A status and its bytes.
    struct Entry: Sendable {
        let code: StatusCode
        let bytes: [UInt8]

        init(_ status: RPCStatus) {
            code = status.code
            bytes = status.encoded()
        }
    }

    private let entries: [ShedReason: Entry]

    /// - Parameter refusals: of a reason each.
    init(_ refusals: [PredictRefusal]) {
        entries = Dictionary(uniqueKeysWithValues: refusals.map { ($0.reason, Entry($0.status)) })
    }

    subscript(refusal: PredictRefusal) -> Entry {
        entries[refusal.reason] ?? Entry(refusal.status)
    }
}
