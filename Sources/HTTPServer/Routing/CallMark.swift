// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Which call a request is, for those who keep it on record.
package struct CallMark: Sendable {
    /// The caller's id where it is a valid one.
    package var callerID: String?
    /// The server's own number of the request; 0 where it has none.
    package var number: UInt64
    /// Counts the rows of a call that has many messages; nil for a request that is a call.
    package var rows: RowCounter?

    /// The mark of a request that nobody has looked at.
    package init(callerID: String? = nil, number: UInt64 = 0, rows: RowCounter? = nil) {
        self.callerID = callerID
        self.number = number
        self.rows = rows
    }

    /// The first of some rows among those of the call; these are counted. The messages of a call
    /// that its caller has not named are calls of their own.
    package func firstRow(countingOn rowCount: Int) -> Int {
        guard let rows, callerID != nil else { return 0 }
        return rows.take(rowCount)
    }
}

/// Counts the rows of the messages of one call, which are answered in their order.
package final class RowCounter: Sendable {
    private let count = Atomic(0)

    /// A counter of no rows.
    package init() {}

    /// The rows before these.
    package func take(_ rowCount: Int) -> Int {
        count.wrappingAdd(rowCount, ordering: .relaxed).oldValue
    }
}
