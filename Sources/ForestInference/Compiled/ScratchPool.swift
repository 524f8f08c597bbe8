// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Working memory for callers that bring none: as many scratches as there have been calls at a
/// time, kept and used again, so that serving does not allocate.
final class ScratchPool: Sendable {
    /// Scratches that are kept; more callers at a time than this are not expected.
    private static let keptMax = 64

    let shape: ScratchShape
    private let idle: Mutex<[ScratchMemory]>

    init(_ shape: ScratchShape) {
        self.shape = shape
        var list: [ScratchMemory] = []
        list.reserveCapacity(Self.keptMax)
        idle = Mutex(list)
    }

    /// A scratch that nobody else has until it is given back.
    func take() -> ScratchMemory {
        idle.withLock { $0.popLast() } ?? ScratchMemory(shape)
    }

    /// Takes back what ``take()`` gave.
    func give(_ memory: ScratchMemory) {
        idle.withLock { idle in
            if idle.count < Self.keptMax { idle.append(memory) }
        }
    }
}
