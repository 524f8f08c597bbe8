// SPDX-License-Identifier: Apache-2.0

/// What a row is for; in the order of their times where rows are divided by time.
package enum SplitPart: String, CaseIterable, Sendable {
    /// Trees are grown on it.
    case train
    /// It says when to stop growing trees, and which of several trainings is the best.
    case stopping
    /// The calibration is fitted on it.
    case calibration
    /// The model is judged by it.
    case test

    /// What is done with its rows, as `rows to ...` goes on.
    package var purpose: String {
        switch self {
        case .train: "train on"
        case .stopping: "stop by"
        case .calibration: "calibrate with"
        case .test: "test with"
        }
    }
}
