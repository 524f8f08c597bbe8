// SPDX-License-Identifier: Apache-2.0

/// Yeo-Johnson with the most likely lambda, then standardization to mean 0 and deviation 1, as
/// scikit-learn's `PowerTransformer` does it. Missing stays missing.
package struct PowerTransform: Sendable, Equatable {
    /// Name of the raw column.
    package let feature: String
    /// The power.
    package let lambda: Double
    /// Mean of the transformed training values.
    package let mean: Double
    /// Standard deviation (of n, not n - 1) of the transformed training values; 1 if constant.
    package let scale: Double
    /// Where the training values lie; nil in older artifacts.
    package let range: TrainingRange?

    /// Takes known parameters.
    /// - Throws: `PreprocessorError.parameter` unless all are finite and the scale is positive.
    package init(
        feature: String,
        lambda: Double,
        mean: Double,
        scale: Double,
        range: TrainingRange? = nil
    ) throws(PreprocessorError) {
        guard lambda.isFinite else { throw .parameter(feature: feature, name: "lambda") }
        guard mean.isFinite else { throw .parameter(feature: feature, name: "mean") }
        guard scale.isFinite, scale > 0 else { throw .parameter(feature: feature, name: "scale") }
        self.feature = feature
        self.lambda = lambda
        self.mean = mean
        self.scale = scale
        self.range = range
    }

    /// Fits to the values that are there.
    /// - Throws: `PreprocessorError.noValues` if all are missing.
    package init(feature: String, fitting values: [Float]) throws(PreprocessorError) {
        let raw = Spread(values) { $0 }
        guard raw.count > 0 else { throw .noValues(feature: feature) }
        let range = try TrainingRange(feature: feature, of: values)
        let lambda = raw.isConstant ? 1 : Self.mostLikelyLambda(values)
        let curve = YeoJohnson(lambda: lambda)
        let transformed = Spread(values, curve.transform)
        try self.init(
            feature: feature,
            lambda: lambda,
            mean: transformed.mean,
            scale: transformed.isConstant ? 1 : transformed.variance.squareRoot(),
            range: range
        )
    }

    /// The prepared value of one raw value. Every path, in bulk or alone, goes through here, so
    /// that all agree bit for bit.
    @inline(__always)
    package func prepare(_ value: Float) -> Float {
        Float((YeoJohnson(lambda: lambda).transform(Double(value)) - mean) / scale)
    }

    private static func mostLikelyLambda(_ values: [Float]) -> Double {
        let likelihood = PowerLikelihood(values)
        guard let bounds = likelihood.bounds else { return 1 }
        return BoundedMinimum.find(from: bounds.lower, to: bounds.upper) {
            likelihood.negativeValue(at: $0)
        }
    }
}
