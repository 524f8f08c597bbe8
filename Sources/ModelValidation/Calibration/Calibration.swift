// SPDX-License-Identifier: Apache-2.0

/// What makes a probability of default of a model's margin, fitted on rows that neither trained nor
/// tested the model.
///
/// The probability of the model itself stays as it is; this is a value of its own.
package enum Calibration: Equatable, Sendable {
    /// The logistic function of the margin, as the model has it.
    case none
    /// A line through the margin.
    case platt(PlattCalibration)
    /// Steps joined by lines.
    case isotonic(IsotonicCalibration)
    /// A curve of three parameters.
    case beta(BetaCalibration)

    /// How a calibration is fitted.
    package enum Method: String, CaseIterable, Sendable {
        /// The model's own probability.
        case none
        /// Platt's line, for few rows.
        case platt
        /// Isotonic regression, for many rows.
        case isotonic
        /// Beta calibration.
        case beta
    }

    /// Fits a calibration to ranked rows, whose scores are margins.
    package init(_ method: Method, to margins: RankedRows) throws(CalibrationFitError) {
        switch method {
        case .none: self = .none
        case .platt: self = .platt(try PlattCalibration(fitting: margins))
        case .isotonic: self = .isotonic(try IsotonicCalibration(fitting: margins))
        case .beta: self = .beta(try BetaCalibration(fitting: margins))
        }
    }

    /// How it was fitted.
    package var method: Method {
        switch self {
        case .none: .none
        case .platt: .platt
        case .isotonic: .isotonic
        case .beta: .beta
        }
    }

    /// The calibrated probability of a margin that is not NaN.
    package func probability(ofMargin margin: Float) -> Double {
        let margin = Double(margin)
        return switch self {
        case .none: Logistic.probability(ofMargin: margin)
        case .platt(let line): line.probability(ofMargin: margin)
        case .isotonic(let steps): steps.probability(ofMargin: margin)
        case .beta(let curve): curve.probability(ofMargin: margin)
        }
    }

    /// What contributions to the margin are multiplied by to be those to the calibrated margin; nil
    /// where no factor does that, so that contributions stay in the model's margin.
    package var contributionFactor: Double? {
        switch self {
        case .none: 1
        case .platt(let line): line.slope
        case .isotonic, .beta: nil
        }
    }
}
