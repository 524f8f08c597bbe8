// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage
internal import Synchronization

/// What the matrices of one preparation may take of this machine's disk on their way to storage.
///
/// A pod that fills its temporary folder is evicted, and all that it serves with it. A lack of room
/// is reported before the first byte is prepared.
final class ScratchSpace: Sendable {
    /// Where temporary files lie.
    let folder: MachineFolder
    private let bytesMax: Int
    private let target: StorageResolver.Resolved
    private let taken = Atomic(0)
    private let announced = Atomic(0)

    /// - Parameters:
    ///   - bytesMax: bytes that all its sinks may take together.
    ///   - bytesMin: what they take at least, as far as that is known.
    ///   - target: where the matrices are stored in the end.
    /// - Throws: `unwritable` where temporary files cannot be written.
    init(
        bytesMax: Int,
        bytesMin: Int,
        for target: StorageResolver.Resolved
    ) throws(ObjectStoreError) {
        self.bytesMax = bytesMax
        self.target = target
        folder = try MachineFolder.ofTemporaryFiles()
        try folder.rehearse(bytesMin: min(bytesMin, bytesMax))
    }

    /// Counts bytes before they are written.
    /// - Throws: `tooLarge` when they do not fit in addition to those that were counted before.
    func take(_ bytes: Int) throws(ObjectStoreError) {
        guard taken.wrappingAdd(bytes, ordering: .relaxed).newValue <= bytesMax else {
            throw .tooLarge(bytesMax: bytesMax)
        }
    }

    /// Checks that there is room for a matrix, in addition to those that were announced before,
    /// both here and where it is stored.
    /// - Parameter bytesMin: what it takes at least.
    /// - Throws: `unwritable` where there is not.
    func announce(_ bytesMin: Int) throws(ObjectStoreError) {
        let sum = announced.wrappingAdd(bytesMin, ordering: .relaxed).newValue
        guard let here = try folder.freeSpace() else { return }
        let there = try target.store.freeSpace(below: target.key)
        // Temporary files go once all matrices are stored: one disk has both at a time.
        let needed = here.device == there?.device ? 2 * sum : sum
        guard here.bytes >= needed else {
            throw .unwritable(place: folder.path, .noRoom(free: here.bytes, needed: needed))
        }
        guard let there, there.bytes < sum else { return }
        try target.store.rehearse(
            .objects(below: target.key, bytesMin: sum),
            deadline: .now + .seconds(30)
        )
    }
}
