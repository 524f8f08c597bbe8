// SPDX-License-Identifier: Apache-2.0

extension ChangeableFeature {
    /// Holds it against the features of a model.
    func check(_ features: [PolicyFeature]) throws(PolicyMismatch) {
        guard let feature = features.first(where: { $0.name == name }) else {
            throw .changeable(
                name: name,
                nearest: NearestNames.find(name, among: features.map(\.name))
            )
        }
        switch feature.cells.kind {
        case .number: return
        case .boolean where direction == .any, .category where direction == .any: return
        case .boolean, .category, .date:
            throw .direction(feature: name, kind: feature.cells.kind)
        }
    }
}
