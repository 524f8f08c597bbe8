// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Working memory for callers that bring none: as many scratches as there have been calls at a
/// time, kept and used again, so that serving does not allocate.
final class ScratchPool: Sendable {
    let shape: ScratchShape
    /// Scratches that are kept: one for each thread that scores.
    let keptMax: Int
    private let state: Mutex<State>

    private struct State {
        var idle: [ScratchMemory] = []
        /// Scratches in use.
        var takenCount = 0
    }

    init(_ shape: ScratchShape, keptMax: Int) {
        self.shape = shape
        self.keptMax = keptMax
        var state = State()
        state.idle.reserveCapacity(keptMax)
        self.state = Mutex(state)
    }

    /// Bytes of the scratches there are now.
    var byteCount: Int {
        state.withLock { $0.idle.count + $0.takenCount } * shape.byteCount
    }

    /// A scratch that nobody else has until it is given back.
    func take() -> ScratchMemory {
        let idle = state.withLock { state in
            state.takenCount += 1
            return state.idle.popLast()
        }
        return idle ?? ScratchMemory(shape)
    }

    /// Takes back what ``take()`` gave.
    func give(_ memory: ScratchMemory) {
        state.withLock { state in
            state.takenCount -= 1
            if state.idle.count < keptMax { state.idle.append(memory) }
        }
    }
}
