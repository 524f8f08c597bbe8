// SPDX-License-Identifier: Apache-2.0

/// The columns of the applications a model is trained on, in the order of the raw file.
package struct TableSchema: Sendable, Hashable {
    /// The raw features, in the order of the raw file.
    package let features: [Feature]
    /// Name of the label column; empty where there is none.
    package let label: String
    /// What the label's cells stand for.
    package let labelValues: LabelValues
    /// Whether rows without a label are left out; else they are refused.
    package let leavesOutUnlabeled: Bool
    /// The label's position among the columns of the raw file.
    package let labelPosition: Int
    /// Indices into `features` in the order in which their prepared columns follow each other.
    package let preparedOrder: [Int]
    /// What columns are for, besides being features.
    package let roles: ColumnRoles
    private let places: [String: Int]

    /// Describes a schema.
    /// - Parameters:
    ///   - features: the raw features in file order; their names differ.
    ///   - label: name of the label column.
    ///   - labelValues: what its cells stand for.
    ///   - leavesOutUnlabeled: whether rows without a label are left out.
    ///   - labelPosition: the label's position in the file, in `0 ... features.count`.
    ///   - preparedOrder: names of all features, in the order of the prepared columns; nil: the
    ///     order of the features.
    ///   - roles: what columns are for, besides.
    package init(
        features: [Feature],
        label: String,
        labelValues: LabelValues = .zeroOrOne,
        leavesOutUnlabeled: Bool = false,
        labelPosition: Int,
        preparedOrder: [String]? = nil,
        roles: ColumnRoles = ColumnRoles()
    ) {
        var places: [String: Int] = [:]
        for (index, feature) in features.enumerated() { places[feature.name] = index }
        precondition(places.count == features.count, "the features' names differ")
        let order = preparedOrder.map { names in names.compactMap { places[$0] } }
        precondition(
            order.map { Set($0).count == features.count } ?? true,
            "the order names every feature once"
        )
        precondition((0...features.count).contains(labelPosition), "the label is in the file")
        self.features = features
        self.label = label
        self.labelValues = labelValues
        self.leavesOutUnlabeled = leavesOutUnlabeled
        self.labelPosition = labelPosition
        self.preparedOrder = order ?? Array(features.indices)
        self.roles = roles
        self.places = places
    }

    /// All column names of the raw file, the label among them, in file order.
    package var columnNames: [String] {
        var names = features.map(\.name)
        names.insert(label, at: labelPosition)
        return names
    }

    /// What reports call labels of 0 and of 1: by the words of the documented service for its own
    /// table, and by the label's own for any other. Empty where labels are numbers.
    package var classNames: (negative: String, positive: String) {
        guard self != .creditRisk else { return ("Non-Default", "Default") }
        return switch labelValues {
        case .classes(let positive, let negative): (negative ?? "not \(positive)", positive)
        case .boolean: ("false", "true")
        case .number: ("", "")
        }
    }

    /// Index of the feature called `name`, or nil.
    package func featureIndex(named name: String) -> Int? { places[name] }
}
