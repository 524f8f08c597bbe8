// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import LoanModel
internal import ModelValidation
internal import Protobuf

extension FittedCalibration {
    private static let field = "calibration"

    /// The message is valid during this call; everything is copied out of it.
    init(_ message: LoanDefault__V1__Calibration) throws(ArtifactError) {
        let calibration: Calibration
        do throws(CalibrationFitError) {
            switch unsafe (message.platt, message.isotonic, message.beta) {
            case (let line?, nil, nil):
                calibration = unsafe .platt(
                    try PlattCalibration(
                        slope: line.pointee.slope,
                        intercept: line.pointee.intercept
                    )
                )
            case (nil, let steps?, nil):
                calibration = unsafe .isotonic(
                    try IsotonicCalibration(
                        margins: repeatedNumbers(steps.pointee.n_margins, steps.pointee.margins),
                        probabilities: repeatedNumbers(
                            steps.pointee.n_probabilities,
                            steps.pointee.probabilities
                        )
                    )
                )
            case (nil, nil, let curve?):
                calibration = unsafe .beta(
                    try BetaCalibration(
                        a: curve.pointee.a,
                        b: curve.pointee.b,
                        c: curve.pointee.c
                    )
                )
            default:
                throw .parameters
            }
        } catch {
            throw .invalid(field: Self.field, problem: "\(error)")
        }
        unsafe self.init(
            calibration,
            rowCount: Int(clamping: message.rows),
            before: try Quality(message.before),
            after: try Quality(message.after)
        )
    }

    /// The pointers are valid as long as the arena.
    func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__Calibration> {
        var message = unsafe LoanDefault__V1__Calibration()
        unsafe loan_default__v1__calibration__init(&message)
        switch calibration {
        case .none: preconditionFailure("no calibration is nil")
        case .platt(let line): unsafe message.platt = line.message(in: &arena)
        case .isotonic(let steps): unsafe message.isotonic = steps.message(in: &arena)
        case .beta(let curve): unsafe message.beta = curve.message(in: &arena)
        }
        unsafe message.rows = UInt64(rowCount)
        unsafe message.before = before.message(in: &arena)
        unsafe message.after = after.message(in: &arena)
        return unsafe arena.copy(message)
    }
}

extension FittedCalibration.Quality {
    fileprivate init(
        _ message: UnsafeMutablePointer<LoanDefault__V1__CalibrationQuality>?
    ) throws(ArtifactError) {
        let (brier, error) = unsafe (message?.pointee.brier ?? 0, message?.pointee.ece ?? 0)
        guard (0...1).contains(brier), (0...1).contains(error) else {
            throw .invalid(field: "calibration", problem: "a figure of it is not in [0, 1]")
        }
        self.init(brier: brier, expectedError: error)
    }

    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__CalibrationQuality> {
        var message = unsafe LoanDefault__V1__CalibrationQuality()
        unsafe loan_default__v1__calibration_quality__init(&message)
        unsafe message.brier = brier
        unsafe message.ece = expectedError
        return unsafe arena.copy(message)
    }
}

// The pointers below are valid as long as the arena that is passed in.

extension PlattCalibration {
    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__PlattCalibration> {
        var message = unsafe LoanDefault__V1__PlattCalibration()
        unsafe loan_default__v1__platt_calibration__init(&message)
        unsafe message.slope = slope
        unsafe message.intercept = intercept
        return unsafe arena.copy(message)
    }
}

extension IsotonicCalibration {
    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__IsotonicCalibration> {
        var message = unsafe LoanDefault__V1__IsotonicCalibration()
        unsafe loan_default__v1__isotonic_calibration__init(&message)
        unsafe message.margins = arena.array(margins)
        unsafe message.n_margins = margins.count
        unsafe message.probabilities = arena.array(probabilities)
        unsafe message.n_probabilities = probabilities.count
        return unsafe arena.copy(message)
    }
}

extension BetaCalibration {
    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__BetaCalibration> {
        var message = unsafe LoanDefault__V1__BetaCalibration()
        unsafe loan_default__v1__beta_calibration__init(&message)
        unsafe message.a = a
        unsafe message.b = b
        unsafe message.c = c
        return unsafe arena.copy(message)
    }
}
