// SPDX-License-Identifier: Apache-2.0

/// A number of which a missing value is replaced, and which is transformed after that: the steps
/// that neither the median nor the power transform alone describe.
package struct FittedNumber: Sendable, Equatable {
    /// What is done to a number that is there.
    package enum Scaling: Sendable, Equatable {
        /// Nothing.
        case none
        /// `(x - mean) / scale`.
        case standard(mean: Double, scale: Double)
        /// Yeo-Johnson's transform, standardized.
        case yeoJohnson(lambda: Double, mean: Double, scale: Double)
    }

    /// Name of the raw column.
    package let feature: String
    /// How the schema asks for the replacement.
    package let missing: Feature.Missing
    /// What a missing value becomes; nil keeps it missing.
    package let fill: Double?
    /// What follows.
    package let scaling: Scaling
    /// Where the training values lie; nil where they are not known.
    package let range: TrainingRange?

    /// Takes known parameters.
    /// - Throws: `PreprocessorError.parameter` unless all are finite, the replacement as float32
    ///   too, and the scale is positive; also where the replacement is not the one asked for.
    package init(
        feature: String,
        missing: Feature.Missing,
        fill: Double?,
        scaling: Scaling,
        range: TrainingRange? = nil
    ) throws(PreprocessorError) {
        guard (missing == .left) == (fill == nil), fill.map({ Float($0).isFinite }) ?? true
        else { throw .parameter(feature: feature, name: "replacement") }
        if case .constant(let constant) = missing, constant != fill {
            throw .parameter(feature: feature, name: "replacement")
        }
        switch scaling {
        case .none: break
        case .standard(let mean, let scale): try Self.check(feature, mean, scale)
        case .yeoJohnson(let lambda, let mean, let scale):
            guard lambda.isFinite else { throw .parameter(feature: feature, name: "lambda") }
            try Self.check(feature, mean, scale)
        }
        self.feature = feature
        self.missing = missing
        self.fill = fill
        self.scaling = scaling
        self.range = range
    }

    /// Fits to values, of which those that are missing are replaced before the rest is learned.
    /// - Throws: `PreprocessorError.noValues` if all are missing.
    package init(
        feature: String,
        missing: Feature.Missing,
        transform: Feature.Transform,
        fitting values: [Float]
    ) throws(PreprocessorError) {
        let range = try TrainingRange(feature: feature, of: values)
        let fill: Double? =
            switch missing {
            case .left: nil
            case .median: try MedianImputer(feature: feature, fitting: values).median
            case .mean: Spread(values) { $0 }.mean
            case .constant(let value): value
            }
        let filled = fill.map { fill in values.map { $0.isNaN ? Float(fill) : $0 } } ?? values
        let scaling: Scaling
        switch transform {
        case .none: scaling = .none
        case .standardize:
            let spread = Spread(filled) { $0 }
            let scale = spread.isConstant ? 1 : spread.variance.squareRoot()
            scaling = .standard(mean: spread.mean, scale: scale)
        case .yeoJohnson:
            let power = try PowerTransform(feature: feature, fitting: filled)
            scaling = .yeoJohnson(lambda: power.lambda, mean: power.mean, scale: power.scale)
        }
        try self.init(
            feature: feature,
            missing: missing,
            fill: fill,
            scaling: scaling,
            range: range
        )
    }

    /// What the schema calls what follows the replacement.
    package var transform: Feature.Transform {
        switch scaling {
        case .none: .none
        case .standard: .standardize
        case .yeoJohnson: .yeoJohnson
        }
    }

    /// The prepared value of one raw value. Every path, in bulk or alone, goes through here.
    @inline(__always)
    package func prepare(_ value: Float) -> Float {
        let known = value.isNaN ? fill.map { Float($0) } ?? value : value
        switch scaling {
        case .none: return known
        case .standard(let mean, let scale): return Float((Double(known) - mean) / scale)
        case .yeoJohnson(let lambda, let mean, let scale):
            let transformed = YeoJohnson(lambda: lambda).transform(Double(known))
            return Float((transformed - mean) / scale)
        }
    }

    private static func check(
        _ feature: String,
        _ mean: Double,
        _ scale: Double
    ) throws(PreprocessorError) {
        guard mean.isFinite else { throw .parameter(feature: feature, name: "mean") }
        guard scale.isFinite, scale > 0 else { throw .parameter(feature: feature, name: "scale") }
    }
}
