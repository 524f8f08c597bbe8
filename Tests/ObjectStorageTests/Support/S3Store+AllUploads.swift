// SPDX-License-Identifier: Apache-2.0

import ObjectStorage

extension S3Store {
    /// Aborts stale uploads, whoever began them.
    @discardableResult
    func abortStaleUploads(
        prefix: String,
        olderThan age: Duration,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> StaleUploads {
        try abortStaleUploads(prefix: prefix, olderThan: age, deadline: deadline) { _ in true }
    }
}
