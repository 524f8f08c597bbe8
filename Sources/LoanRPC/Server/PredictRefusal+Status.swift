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
    private let statuses: [ShedReason: [UInt8]]

    init(_ refusals: [PredictRefusal]) {
        statuses = Dictionary(
            refusals.map { ($0.reason, $0.status.encoded()) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The status of a refusal, encoded.
    subscript(refusal: PredictRefusal) -> [UInt8] {
        statuses[refusal.reason] ?? refusal.status.encoded()
    }
}
