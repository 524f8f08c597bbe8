// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import ModelValidation

extension JSONWriter {
    /// What calibrated probabilities mean for reasons: `{"method":"platt","factor":1.08}`. The
    /// factor makes contributions to the calibrated margin of those to the margin; null where none
    /// does.
    mutating func calibration(_ calibration: Calibration) {
        raw(#"{"method":"\#(calibration.method.rawValue)","factor":"#)
        if let factor = calibration.contributionFactor { number(factor) } else { raw("null") }
        raw("}")
    }
}

extension FittedCalibration {
    /// How the model is calibrated, and what that does to the held-out rows.
    var json: JSONValue {
        .members([
            "method": .string(method.rawValue),
            "factor": calibration.contributionFactor.map { .real($0) } ?? .null,
            "rows": .integer(rowCount),
            "brier": .members([
                "before": .real(before.brier), "after": .real(after.brier),
            ]),
            "ece": .members([
                "before": .real(before.expectedError), "after": .real(after.expectedError),
            ]),
        ])
    }
}
