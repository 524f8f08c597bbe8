// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import Protobuf

extension CalibrationMethod {
    /// - Throws: `.malformed` for one that only a newer client knows: a training without it is not
    ///   what was asked for.
    init(message: LoanDefault__V1__CalibrationMethod) throws(MessageError) {
        guard let method = Self(rawValue: message.rawValue) else {
            throw .malformed("the calibration method is unknown")
        }
        self = method
    }

    var message: LoanDefault__V1__CalibrationMethod {
        LoanDefault__V1__CalibrationMethod(rawValue: rawValue)
    }
}

extension CalibrationResult {
    init(_ message: LoanDefault__V1__FittedCalibration) throws(MessageError) {
        self.init()
        method = try unsafe CalibrationMethod(message: message.method)
        rows = unsafe message.rows
        brierBefore = unsafe message.brier_before
        brierAfter = unsafe message.brier_after
        errorBefore = unsafe message.ece_before
        errorAfter = unsafe message.ece_after
    }

    /// The pointer is valid as long as the arena.
    func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__FittedCalibration> {
        let message: UnsafeMutablePointer<LoanDefault__V1__FittedCalibration> =
            unsafe arena.room(1)
        unsafe loan_default__v1__fitted_calibration__init(message)
        unsafe message.pointee.method = method.message
        unsafe message.pointee.rows = rows
        unsafe message.pointee.brier_before = brierBefore
        unsafe message.pointee.brier_after = brierAfter
        unsafe message.pointee.ece_before = errorBefore
        unsafe message.pointee.ece_after = errorAfter
        return unsafe message
    }
}
