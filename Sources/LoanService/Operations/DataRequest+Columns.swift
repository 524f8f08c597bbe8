// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import ModelValidation

// Which columns a data preparation reads in addition to features and labels.

extension DataRequest {
    /// Whether the prepared data is to say how it was divided: the documented call's is not.
    var wantsFacts: Bool { division != nil || !columns.isEmpty }

    /// The parts that are asked for.
    var parts: [SplitPart] {
        guard let division else { return [.train, .test] }
        return SplitPart.allCases.filter { division.shares.share(of: $0) > 0 }
    }

    /// The names of what is written in addition to matrices and preprocessor, as far as the request
    /// shows it.
    var otherNames: [String] {
        [
            wantsFacts ? ArtifactNames.splitFacts : nil,
            columns.protected.isEmpty ? nil : ArtifactNames.protectedTest,
            division?.rule == .group ? ArtifactNames.trainClusters : nil,
        ].compactMap(\.self)
    }

    /// Refuses a division that can be seen to be impossible before anything is read.
    func checkDivision() throws(ServiceError) {
        if let division, division.shares.test <= 0 {
            throw .invalid(
                .split,
                "leaves no rows to test with; the share to test with must be greater than 0",
                kind: .outOfRange
            )
        }
        try Self.checkProtected(columns.protected, .protectedColumns)
        switch schema {
        case .given, .stored: try refuseColumns()
        case .documented: try checkUse()
        case .inferred: break
        }
    }

    /// The columns that are read in addition to those of a schema.
    func marks(in schema: TableSchema) throws(ServiceError) -> MarkedColumns {
        var marks = MarkedColumns()
        switch division?.rule {
        case .rows, nil: break
        case .time:
            marks.time = columns.time ?? schema.roles.time
            if marks.time == nil { throw Self.noColumn(.time, "when an application was made") }
        case .group:
            marks.group = columns.group ?? schema.roles.group
            if marks.group == nil {
                throw Self.noColumn(.group, "which applications belong together")
            }
        }
        marks.protected = columns.protected.isEmpty ? schema.roles.protected : columns.protected
        try Self.checkProtected(marks.protected, .schema)
        return marks
    }

    private static func noColumn(_ rule: RowDivision.Rule, _ use: String) -> ServiceError {
        .invalid(
            .split,
            "is by \(rule.rawValue), and no column is said to say \(use): name it as "
                + "\(rule.rawValue), or in the schema",
            kind: .missing
        )
    }

    private static func checkProtected(
        _ names: [String],
        _ input: RequestInput
    ) throws(ServiceError) {
        let limit = MarkedColumns.protectedMax
        guard names.count <= limit else {
            throw .invalid(
                input,
                "names \(names.count) protected columns; at most \(limit) are kept",
                kind: .outOfRange
            )
        }
        guard Set(names).count == names.count, !names.contains("") else {
            throw .invalid(input, "must name different columns", kind: .unusable)
        }
    }

    /// A schema says by itself what columns are for.
    private func refuseColumns() throws(ServiceError) {
        guard let input = namedColumn else { return }
        throw .invalid(
            input,
            "is given with a schema, which says by itself what its columns are for; give one of "
                + "them",
            kind: .unusable
        )
    }

    /// The features of the documented table are what they are: a column that divides nothing is a
    /// mistake.
    private func checkUse() throws(ServiceError) {
        let unused: RequestInput? =
            if columns.time != nil, division?.rule != .time {
                .timeColumn
            } else if columns.group != nil, division?.rule != .group {
                .groupColumn
            } else {
                nil
            }
        guard let unused else { return }
        throw .invalid(
            unused,
            "names a column by which nothing is divided; ask for a split by it, or leave it out",
            kind: .unusable
        )
    }

    private var namedColumn: RequestInput? {
        if columns.time != nil { return .timeColumn }
        if columns.group != nil { return .groupColumn }
        return columns.protected.isEmpty ? nil : .protectedColumns
    }
}
