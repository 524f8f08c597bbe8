// SPDX-License-Identifier: Apache-2.0

/// What a challenger would have answered for rows that its champion answered.
package struct ShadowBatch: Sendable, Equatable {
    /// What the answers were made with.
    package var champion: ContextNumber
    /// What these scores were made with.
    package var challenger: ContextNumber
    /// The id of the request.
    package var id: [UInt8]
    /// The time of the request: milliseconds since 1970.
    package var timeMilliseconds: Int64
    /// The place of the first row in its request.
    package var firstRow: Int
    /// Rows, at most ``RecordLimits/frameRowsMax``.
    package var rowCount: Int
    /// The challenger's, row after row.
    package var margins: [Float]
    /// Likewise.
    package var values: [Float]
    /// One for each row, or empty.
    package var calibrated: [Double]
    /// Likewise.
    package var points: [Int32]
    /// Likewise: indices of bands.
    package var bands: [UInt8]
    /// Likewise: 0 approve, 1 refer, 2 decline.
    package var outcomes: [UInt8]

    /// Gathers the values.
    package init(
        champion: ContextNumber,
        challenger: ContextNumber,
        id: [UInt8],
        timeMilliseconds: Int64,
        firstRow: Int = 0,
        rowCount: Int,
        margins: [Float],
        values: [Float],
        calibrated: [Double] = [],
        points: [Int32] = [],
        bands: [UInt8] = [],
        outcomes: [UInt8] = []
    ) {
        self.champion = champion
        self.challenger = challenger
        self.id = id
        self.timeMilliseconds = timeMilliseconds
        self.firstRow = firstRow
        self.rowCount = rowCount
        self.margins = margins
        self.values = values
        self.calibrated = calibrated
        self.points = points
        self.bands = bands
        self.outcomes = outcomes
    }
}
