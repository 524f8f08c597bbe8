// SPDX-License-Identifier: Apache-2.0

/// What a row is for.
package enum SplitPart: String, CaseIterable, Sendable {
    /// Trees are grown on it.
    case train
    /// The calibration is fitted on it.
    case calibration
    /// The model is judged by it.
    case test

    /// What is done with its rows.
    var purpose: String {
        switch self {
        case .train: "train on"
        case .calibration: "calibrate with"
        case .test: "test with"
        }
    }
}
