// SPDX-License-Identifier: Apache-2.0

internal import ForestInference

extension Scorer {
    /// The raw values at which predictions may change along a feature that travels as a number:
    /// sorted and distinct; between two of them, the lower one included, all predictions are equal.
    /// Nil where they are not known.
    /// - Parameter column: its column of the numeric matrix.
    package func cuts(ofNumberColumn column: Int) -> [Float]? {
        RawInputs(preprocessor).cuts(ofColumn: column, of: compiled.forest)
    }
}
