// SPDX-License-Identifier: Apache-2.0

import ObjectStorage
import Synchronization

/// A clock whose date is set, in seconds since 1970.
final class SettableClock: Sendable {
    private let seconds: Atomic<Int>

    init(_ start: Int) {
        seconds = Atomic(start)
    }

    func set(_ value: Int) {
        seconds.store(value, ordering: .relaxed)
    }

    var value: StoreClock {
        StoreClock(
            now: { .now },
            secondsSince1970: { self.seconds.load(ordering: .relaxed) },
            randomFraction: { 0.5 }
        )
    }
}
