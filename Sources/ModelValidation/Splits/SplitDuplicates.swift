// SPDX-License-Identifier: Apache-2.0

/// Rows that equal a row of a part before theirs in every feature: a model does better on them than
/// on rows it never saw.
package struct SplitDuplicates: Equatable, Sendable {
    /// Rows that calibrate, and equal one that trains.
    package private(set) var calibrationInTrain = 0
    /// Rows that test, and equal one that trains.
    package private(set) var testInTrain = 0
    /// Rows that test, and equal one that calibrates.
    package private(set) var testInCalibration = 0

    /// Whether parts have no row in common.
    package var isNone: Bool { self == SplitDuplicates() }

    private init() {}

    /// Counts rows.
    /// - Parameters:
    ///   - leaders: for each row the first one that equals it.
    ///   - parts: of each row.
    init(leaders: [UInt32], parts: [SplitPart]) {
        var trains = [Bool](repeating: false, count: leaders.count)
        var calibrates = trains
        for (row, part) in parts.enumerated() {
            switch part {
            case .train: trains[Int(leaders[row])] = true
            case .calibration: calibrates[Int(leaders[row])] = true
            case .test: break
            }
        }
        for (row, part) in parts.enumerated() {
            let leader = Int(leaders[row])
            if part == .calibration, trains[leader] { calibrationInTrain += 1 }
            if part == .test, trains[leader] { testInTrain += 1 }
            if part == .test, calibrates[leader] { testInCalibration += 1 }
        }
    }
}
