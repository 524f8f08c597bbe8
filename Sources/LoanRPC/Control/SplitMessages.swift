// SPDX-License-Identifier: Apache-2.0

/// How PrepareData divides rows.
package struct SplitMessage: Sendable, Equatable {
    /// What stays together.
    package enum Rule: UInt32, Sendable {
        case unspecified = 0
        case rows = 1
        case group = 2
        case time = 3
    }

    /// What stays together.
    package var rule = Rule.unspecified
    /// The share to test with; nil is the server's default.
    package var testShare: Double?
    /// The share to calibrate with.
    package var calibrationShare = 0.0
    /// The share to stop by.
    package var stoppingShare = 0.0

    /// A split by what the server takes for granted.
    package init() {}
}

/// A part of the rows that PrepareData made.
package struct DataPartMessage: Sendable, Equatable {
    /// `train`, `stopping`, `calibration` or `test`.
    package var part = ""
    /// Rows of its matrix.
    package var rows: UInt64 = 0
    /// Rows of the table that are in it.
    package var sourceRows: UInt64 = 0
    /// The first time; empty where rows are not divided by time.
    package var firstTime = ""
    /// The last time, likewise.
    package var lastTime = ""

    /// A part without rows.
    package init() {}
}
