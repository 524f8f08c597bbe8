// SPDX-License-Identifier: Apache-2.0

/// Keeps the model of a reference in memory for as long as the lease is held, whatever room others
/// need: the one it has when the lease begins, and each that replaces it.
///
/// A class, because the directory of names keeps leases in a dictionary, which holds no `~Copyable`
/// value.
package final class ModelLease: Sendable {
    private let reference: ModelReference
    private let repository: ModelRepository

    fileprivate init(_ reference: ModelReference, _ repository: ModelRepository) {
        self.reference = reference
        self.repository = repository
    }

    deinit { repository.endLease(of: reference) }
}

extension ModelRepository {
    /// Keeps the model of a reference in memory, once it is there.
    package func lease(_ reference: ModelReference) -> ModelLease {
        beginLease(of: reference)
        return ModelLease(reference, self)
    }
}
