// SPDX-License-Identifier: Apache-2.0

extension RawInputs {
    /// The raw values at which the predictions of a forest may change along one numeric column:
    /// between two of them, the lower one included, every raw value gives the same predictions.
    /// - Parameter source: the column of the numeric matrix.
    /// - Returns: sorted and distinct; nil where the values are not known: of a linear model, of a
    ///   column that is split on as a set of categories, and of a preparation that does not rise.
    public func cuts(ofColumn source: Int, of forest: Forest) -> [Float]? {
        guard forest.linear == nil else { return nil }
        var cuts: Set<Float> = []
        for (place, column) in numeric.enumerated() where (column.source ?? place) == source {
            var thresholds: Set<Float> = []
            for node in forest.nodes where !node.isLeaf && node.feature == column.feature {
                guard !node.isCategorical else { return nil }
                thresholds.insert(node.value)
            }
            let sorted = thresholds.sorted()
            guard let transform = column.transform else {
                cuts.formUnion(sorted)
                continue
            }
            guard let pulled = PulledCuts(sorted, transform: transform) else { return nil }
            cuts.formUnion(pulled.cuts.lazy.filter { !$0.isNaN })
        }
        return cuts.sorted()
    }
}
