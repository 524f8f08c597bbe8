// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage
internal import Synchronization

/// What the matrices of one preparation may take of this machine's disk on their way to storage.
///
/// A pod that fills its temporary folder is evicted, and all that it serves with it.
final class ScratchSpace: Sendable {
    private let bytesMax: Int
    private let taken = Atomic(0)

    /// - Parameter bytesMax: bytes that all its sinks may take together.
    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// Counts bytes before they are written.
    /// - Throws: `tooLarge` when they do not fit beside those that were counted before.
    func take(_ bytes: Int) throws(ObjectStoreError) {
        guard taken.wrappingAdd(bytes, ordering: .relaxed).newValue <= bytesMax else {
            throw .tooLarge(bytesMax: bytesMax)
        }
    }
}
