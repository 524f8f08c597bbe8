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
        case boolean(feature: Int)
        case date(feature: Int)
        case category(feature: Int)
        case label
        case weight
        /// A column that says more of a row: which one it is among those.
        case marked(Int)

        init(_ kind: Feature.Kind, feature: Int) {
            self =
                switch kind {
                case .number: .number(feature: feature)
                case .boolean: .boolean(feature: feature)
                case .date: .date(feature: feature)
                case .category: .category(feature: feature)
                }
        }
    }

    /// A column that says more of a row than a feature does.
    struct Marked: Sendable, Equatable {
        let name: String
        var marks: [RowMark]
        /// Where its cells go besides.
        let target: Target
    }

    /// One per column of the file.
    let targets: [Target]
    /// The columns that say more of a row.
    let marked: [Marked]

    /// Matches the names of a header with the schema.
    init(
        names: [String],
        schema: TableSchema,
        labels: LabelRule,
        marks: MarkedColumns = MarkedColumns()
    ) throws(CSVError) {
        var targets = [Target](repeating: .skip, count: names.count)
        let columns = Columns(names)
        for (feature, description) in schema.features.enumerated() {
            let column = try columns.column(named: description.name)
            targets[column] = Target(description.kind, feature: feature)
        }
        if labels == .required {
            targets[try columns.column(named: schema.label)] = .label
            if let weight = schema.roles.weight {
                targets[try columns.column(named: weight)] = .weight
            }
        }
        var marked: [Marked] = []
        for (name, mark) in marks.all {
            let column = try columns.column(named: name)
            if case .marked(let place) = targets[column] {
                marked[place].marks.append(mark)
            } else {
                marked.append(Marked(name: name, marks: [mark], target: targets[column]))
                targets[column] = .marked(marked.count - 1)
            }
        }
        self.targets = targets
        self.marked = marked
    }

    /// A file without a header: the features in the schema's order.
    init(withoutHeader schema: TableSchema) {
        targets = schema.features.enumerated().map { index, feature in
            Target(feature.kind, feature: index)
        }
        marked = []
    }
}

/// Where the names of a header are.
private struct Columns {
    private var places: [String: Int] = [:]
    private var repeated: Set<String> = []

    init(_ names: [String]) {
        for (place, name) in names.enumerated()
        where places.updateValue(place, forKey: name) != nil { repeated.insert(name) }
    }

    func column(named name: String) throws(CSVError) -> Int {
        guard let column = places[name] else { throw .missingColumn(name) }
        guard !repeated.contains(name) else { throw .duplicateColumn(name) }
        return column
    }
}
