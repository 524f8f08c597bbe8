// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanRPC
internal import ModelValidation

extension CalibrationMethod {
    /// The same for the service.
    var method: Calibration.Method {
        switch self {
        case .none: .none
        case .platt: .platt
        case .isotonic: .isotonic
        case .beta: .beta
        }
    }

    fileprivate init(_ method: Calibration.Method) {
        self =
            switch method {
            case .none: .none
            case .platt: .platt
            case .isotonic: .isotonic
            case .beta: .beta
            }
    }
}

extension CalibrationResult {
    /// What a training has fitted.
    init(_ fitted: FittedCalibration) {
        self.init()
        method = CalibrationMethod(fitted.method)
        rows = UInt64(fitted.rowCount)
        brierBefore = fitted.before.brier
        brierAfter = fitted.after.brier
        errorBefore = fitted.before.expectedError
        errorAfter = fitted.after.expectedError
    }
}
