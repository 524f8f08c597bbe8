// SPDX-License-Identifier: Apache-2.0

extension LoanService {
    /// The place of a decision record in a bucket.
    /// - Throws: `.invalid` and `.forbidden` for a bucket that is none, or not for this server.
    package func recordStore(
        _ location: StorageLocation
    ) throws(ServiceError) -> RecordObjectStore {
        let found = try resolver.resolve(location, as: .object)
        return RecordObjectStore(found.store, prefix: found.key)
    }
}
