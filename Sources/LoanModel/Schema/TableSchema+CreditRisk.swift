// SPDX-License-Identifier: Apache-2.0

extension TableSchema {
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
