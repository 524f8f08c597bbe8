// SPDX-License-Identifier: Apache-2.0

extension FeatureInputs {
    /// The sources of `featureCount` prepared columns; the inputs have been checked to have one for
    /// each.
    init(_ inputs: RawInputs, featureCount: Int) {
        var features = [Input?](repeating: nil, count: featureCount)
        for (place, input) in inputs.numeric.enumerated() {
            let column = input.source ?? place
            features[input.feature] = .number(column: column) { input.prepared($0) }
        }
        for (column, input) in inputs.categories.enumerated() {
            for (position, feature) in input.features.enumerated() {
                features[feature] = .code(
                    column: column,
                    values: input.values.map { $0[position] },
                    unknown: input.unknown[position]
                )
            }
        }
        self.init(features: features.compactMap { $0 })
        precondition(self.features.count == featureCount, "inputs have been checked")
    }
}
