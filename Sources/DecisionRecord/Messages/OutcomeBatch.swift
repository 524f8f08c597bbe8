// SPDX-License-Identifier: Apache-2.0

/// What became of decisions, as a caller reported it.
package struct OutcomeBatch: Sendable, Equatable {
    /// The name of the model.
    package var model: String
    /// When the report came: milliseconds since 1970.
    package var timeMilliseconds: Int64
    /// What is reported.
    package var outcomes: [RecordedOutcome]

    /// Gathers the values.
    package init(model: String, timeMilliseconds: Int64, outcomes: [RecordedOutcome]) {
        self.model = model
        self.timeMilliseconds = timeMilliseconds
        self.outcomes = outcomes
    }
}

/// What became of one decision.
package struct RecordedOutcome: Sendable, Equatable {
    /// A value of a column by which figures are given apart.
    package struct Group: Sendable, Equatable {
        /// The column.
        package var column: String
        /// The value.
        package var value: String

        /// Gathers the values.
        package init(column: String, value: String) {
            self.column = column
            self.value = value
        }
    }

    /// The id of the request, as it is in the record.
    package var id: [UInt8]
    /// The row of the request.
    package var row: Int
    /// Whether it is what the model predicts: a default.
    package var isPositive: Bool
    /// When it became known, in milliseconds since 1970; nil where nobody said.
    package var timeMilliseconds: Int64?
    /// In the order of the report.
    package var groups: [Group]

    /// Gathers the values.
    package init(
        id: [UInt8],
        row: Int,
        isPositive: Bool,
        timeMilliseconds: Int64? = nil,
        groups: [Group] = []
    ) {
        self.id = id
        self.row = row
        self.isPositive = isPositive
        self.timeMilliseconds = timeMilliseconds
        self.groups = groups
    }
}
