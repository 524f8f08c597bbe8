// SPDX-License-Identifier: Apache-2.0

/// Groups of rows by a column that need not be a feature of the model.
package struct GroupColumn: Equatable, Sendable {
    /// What the groups are called.
    package let names: [String]
    /// The group of each row, as a place in `names`; nil where it is not known.
    package let groups: [Int?]

    /// Most groups that are compared.
    package static let groupCountMax = 1_000

    /// Groups by name.
    package init(names: [String], groups: [Int?]) throws(FairnessError) {
        guard names.count <= Self.groupCountMax else {
            throw .tooManyGroups(count: names.count, limit: Self.groupCountMax)
        }
        for (row, group) in groups.enumerated() {
            if let group, !names.indices.contains(group) { throw .group(row: row, code: group) }
        }
        self.names = names
        self.groups = groups
    }

    /// Groups of numbers: below the first edge, from each edge on, and so forth. NaN is not known.
    /// - Parameters:
    ///   - edges: rising.
    ///   - names: one more than edges.
    package init(
        values: [Float],
        edges: [Float],
        names: [String]
    ) throws(FairnessError) {
        precondition(names.count == edges.count + 1, "edges part groups")
        let groups = values.map { value in
            value.isNaN ? nil : edges.count { $0 <= value }
        }
        try self.init(names: names, groups: groups)
    }

    /// Groups of ages in years, as fair lending looks at them: from 62 on applicants are protected,
    /// and those below 25 are few and new to credit.
    package static func ages(_ values: [Float]) throws(FairnessError) -> GroupColumn {
        try GroupColumn(
            values: values,
            edges: [25, elderlyAge],
            names: ["under 25", "25 to 61", "62 and older"]
        )
    }

    /// The age, in years, from which an applicant is elderly by 12 CFR 1002.2(o).
    package static let elderlyAge: Float = 62
}
