// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord

extension ServiceError {
    /// The single mapping from what the record refuses: an answer that must be on record and is not
    /// is none.
    init(_ refusal: RecordRefusal) {
        self = .unavailable(message: "\(refusal)", retryAfterSeconds: 1)
    }
}
