// SPDX-License-Identifier: Apache-2.0

/// What happens to a record that is hard to bring about, for tests.
extension DecisionRecorder {
    /// Begins to append decisions, and does not finish: as a process that is killed meanwhile.
    /// - Parameter byteCount: bytes of their payload.
    /// - Returns: whether there was room.
    package func interruptAppend(
        _ context: ContextNumber,
        rows: Int,
        byteCount: Int,
        timeMilliseconds: Int64
    ) -> Bool {
        let entry = RingEntry(
            number: 0,
            length: byteCount,
            type: .decisions,
            context: context.rawValue,
            rows: UInt32(rows),
            time: timeMilliseconds
        )
        return shared.ring.reserve(entry) != nil
    }

    /// Counts decisions for which the ring has no room.
    package func drop(rows: Int, timeMilliseconds: Int64) {
        shared.ring.addDropped(rows: rows, time: timeMilliseconds)
    }
}
