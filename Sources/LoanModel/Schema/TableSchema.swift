// SPDX-License-Identifier: Apache-2.0

/// The columns of the applications a model is trained on, in the order of the raw file.
package struct TableSchema: Sendable, Hashable {
    /// The raw features, in the order of the raw file.
    package let features: [Feature]
    /// Name of the label column: 1 = defaulted, 0 = paid back.
    package let label: String
    /// The label's position among the columns of the raw file.
    package let labelPosition: Int
    /// Indices into `features` in the order in which their prepared columns follow each other.
    package let preparedOrder: [Int]

    /// Describes a schema.
    /// - Parameters:
    ///   - features: the raw features in file order; their names differ.
    ///   - label: name of the label column.
    ///   - labelPosition: the label's position in the file, in `0 ... features.count`.
    ///   - preparedOrder: names of all features, in the order of the prepared columns.
    package init(
        features: [Feature],
        label: String,
        labelPosition: Int,
        preparedOrder: [String]
    ) {
        let order = preparedOrder.compactMap { name in
            features.firstIndex { $0.name == name }
        }
        precondition(Set(order).count == features.count, "the order names every feature once")
        precondition((0...features.count).contains(labelPosition), "the label is in the file")
        self.features = features
        self.label = label
        self.labelPosition = labelPosition
        self.preparedOrder = order
    }

    /// All column names of the raw file, the label among them, in file order.
    package var columnNames: [String] {
        var names = features.map(\.name)
        names.insert(label, at: labelPosition)
        return names
    }

    /// Index of the feature called `name`, or nil.
    package func featureIndex(named name: String) -> Int? {
        features.firstIndex { $0.name == name }
    }

    /// The public credit-risk data set: 11 features and the label `loan_status`.
    package static let creditRisk = TableSchema(
        features: [
            Feature("person_age", .powerTransform, .steps(first: -1, count: 2, divisor: 1)),
            Feature("person_income", .powerTransform, .normal(standardDeviation: 10)),
            Feature("person_home_ownership", .oneHot, .replacement(probability: 0.1)),
            Feature("person_emp_length", .imputeMedian, .steps(first: -1, count: 2, divisor: 1)),
            Feature("loan_intent", .oneHot, .replacement(probability: 0.1)),
            Feature("loan_grade", .oneHot, .replacement(probability: 0.1)),
            Feature("loan_amnt", .powerTransform, .normal(standardDeviation: 5)),
            Feature("loan_int_rate", .imputeMedian, .normal(standardDeviation: 0.2)),
            Feature(
                "loan_percent_income",
                .powerTransform,
                .steps(first: 0, count: 100, divisor: 1_000)
            ),
            Feature("cb_person_default_on_file", .oneHot, .replacement(probability: 0.1)),
            Feature(
                "cb_person_cred_hist_length",
                .imputeMedian,
                .steps(first: 0, count: 2, divisor: 1)
            ),
        ],
        label: "loan_status",
        labelPosition: 8,
        preparedOrder: [
            "loan_int_rate", "person_emp_length", "cb_person_cred_hist_length",
            "person_age", "person_income", "loan_amnt", "loan_percent_income",
            "person_home_ownership", "loan_intent", "loan_grade", "cb_person_default_on_file",
        ]
    )
}
