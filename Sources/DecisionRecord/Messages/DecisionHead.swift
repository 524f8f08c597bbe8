// SPDX-License-Identifier: Apache-2.0

/// What is said of decisions apart from their columns.
package struct DecisionHead: Sendable, Equatable {
    /// What they were made with.
    package var context: ContextNumber
    /// When they were asked for: milliseconds since 1970.
    package var timeMilliseconds: Int64
    /// How they were asked for.
    package var transport: DecisionTransport
    /// Rows.
    package var rowCount: Int
    /// The place of the first row in its request.
    package var firstRow: Int
    /// Rows of the whole request, where these are a part of it.
    package var requestRowCount: Int

    /// - Parameter requestRowCount: nil where these rows are the last ones.
    package init(
        context: ContextNumber,
        timeMilliseconds: Int64,
        transport: DecisionTransport,
        rowCount: Int,
        firstRow: Int = 0,
        requestRowCount: Int? = nil
    ) {
        self.context = context
        self.timeMilliseconds = timeMilliseconds
        self.transport = transport
        self.rowCount = rowCount
        self.firstRow = firstRow
        self.requestRowCount = requestRowCount ?? firstRow + rowCount
    }
}
