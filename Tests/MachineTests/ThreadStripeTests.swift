// SPDX-License-Identifier: Apache-2.0

import Foundation
import Machine
import Synchronization
import Testing

/// Places of threads.
@Suite struct ThreadStripeTests {
    @Test func aThreadHasOnePlaceAndThreadsHaveSeveral() {
        let places = Mutex<Set<Int>>([])
        let isStable = Mutex(true)
        let group = DispatchGroup()
        for _ in 0..<32 {
            group.enter()
            Thread {
                let place = ThreadStripe.place(of: 8)
                for _ in 0..<100 where ThreadStripe.place(of: 8) != place {
                    isStable.withLock { $0 = false }
                }
                places.withLock { _ = $0.insert(place) }
                // Threads that are there at once have blocks of their own.
                Thread.sleep(forTimeInterval: 0.05)
                group.leave()
            }.start()
        }
        group.wait()
        #expect(isStable.withLock { $0 })
        let found = places.withLock { $0 }
        #expect(found.count >= 3 && found.allSatisfy { (0..<8).contains($0) }, "\(found)")
        #expect(ThreadStripe.place(of: 1) == 0)
    }
}
