// SPDX-License-Identifier: Apache-2.0

/// What the reader does about the label column.
package enum LabelRule: Sendable, Equatable {
    /// The column must be there, and each label must be 0 or 1.
    case required
    /// The column, if there, is not read.
    case ignored
}

/// Whether a table begins with the names of its columns.
package enum HeaderRule: Sendable, Equatable {
    /// It does.
    case required
    /// It does if its first record names a feature. Otherwise that is the first row, whose cells
    /// are in the schema's order.
    case optional
}

/// Which column of a file goes where, by the names in its header.
struct CSVLayout: Sendable, Equatable {
    /// Where the cells of one column of the file go.
    enum Target: Sendable, Equatable {
        case skip
        case number(feature: Int)
        case category(feature: Int)
        case label
    }

    /// One per column of the file.
    let targets: [Target]

    /// Matches the names of a header with the schema.
    init(
        names: [String],
        schema: TableSchema,
        labels: LabelRule
    ) throws(CSVError) {
        var targets = [Target](repeating: .skip, count: names.count)
        for (feature, description) in schema.features.enumerated() {
            let column = try Self.column(named: description.name, in: names)
            switch description.kind {
            case .number: targets[column] = .number(feature: feature)
            case .category: targets[column] = .category(feature: feature)
            }
        }
        if labels == .required {
            targets[try Self.column(named: schema.label, in: names)] = .label
        }
        self.targets = targets
    }

    /// A file without a header: the features in the schema's order.
    init(withoutHeader schema: TableSchema) {
        targets = schema.features.enumerated().map { index, feature in
            switch feature.kind {
            case .number: .number(feature: index)
            case .category: .category(feature: index)
            }
        }
    }

    private static func column(named name: String, in names: [String]) throws(CSVError) -> Int {
        guard let column = names.firstIndex(of: name) else { throw .missingColumn(name) }
        guard names.lastIndex(of: name) == column else { throw .duplicateColumn(name) }
        return column
    }
}
