// SPDX-License-Identifier: Apache-2.0

/// The weights that `gblinear` has instead of trees.
///
/// The margin of an output is its bias, the base margin of the first output, and then value times
/// weight for each feature in order, but for missing ones, in float32: another order changes the
/// last bit. Products are rounded before they are added.
public struct LinearModel: Sendable, Equatable {
    /// Feature after feature, one weight for each output; after them the biases.
    public let weights: [Float]
    /// Classes or targets.
    let outputCount: Int

    /// The weight of a feature for an output.
    package func weight(feature: Int, output: Int) -> Float {
        weights[feature * outputCount + output]
    }

    /// The margins of a row without a value.
    /// - Parameter baseMargin: that of the first output, which counts for all of them.
    func startMargins(baseMargin: Float) -> [Float] {
        weights.suffix(outputCount).map { $0 + baseMargin }
    }

    var byteCount: Int { weights.count * MemoryLayout<Float>.stride }
}
