// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import ModelValidation

/// The values of a protected column as groups that are compared.
struct ProtectedGroups {
    /// How values became groups.
    enum Grouping: String {
        /// Each value is a group.
        case values
        /// Years: below 25, 25 to 61, 62 and older.
        case ages
        /// Numbers between their quartiles.
        case quartiles
    }

    let column: GroupColumn
    let grouping: Grouping

    /// Groups of texts that are compared.
    static let groupsMax = 50
    /// Numbers that are as few are codes, and no amounts.
    private static let codesMax = 8

    /// Groups of one value for each row; nil where it is missing.
    /// - Parameter isAge: whether numbers are ages in years.
    init(_ values: [String?], isAge: Bool) throws(FairnessError) {
        let numbers = values.map { $0.map { NumberText.read($0) } }
        let areNumbers = numbers.allSatisfy { reading in
            switch reading {
            case nil, .number, .missing: true
            case .outOfRange, .invalid: false
            }
        }
        let known = numbers.compactMap { reading -> Float? in
            if case .number(let value) = reading { value } else { nil }
        }
        let cells = numbers.map { reading -> Float in
            if case .number(let value) = reading { value } else { .nan }
        }
        if areNumbers, isAge {
            column = try .ages(cells)
            grouping = .ages
        } else if areNumbers, Set(known).count > Self.codesMax {
            column = try Self.quartiles(cells, known.sorted())
            grouping = .quartiles
        } else {
            column = try Self.texts(values)
            grouping = .values
        }
    }

    private static func texts(_ values: [String?]) throws(FairnessError) -> GroupColumn {
        let names = Set(values.compactMap(\.self)).sorted()
        guard names.count <= groupsMax else {
            throw .tooManyGroups(count: names.count, limit: groupsMax)
        }
        let places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        return try GroupColumn(names: names, groups: values.map { $0.flatMap { places[$0] } })
    }

    /// Edges are values that occur (the inverted distribution function, as numpy's
    /// `inverted_cdf`), each once: groups are smaller than a quarter where one value is frequent.
    private static func quartiles(
        _ values: [Float],
        _ sorted: [Float]
    ) throws(FairnessError) -> GroupColumn {
        var edges: [Float] = []
        for quarter in 1...3 {
            let edge = sorted[(sorted.count * quarter + 3) / 4 - 1]
            if edge > edges.last ?? sorted[0] { edges.append(edge) }
        }
        let texts = edges.map { "\($0)".hasSuffix(".0") ? String("\($0)".dropLast(2)) : "\($0)" }
        guard let first = texts.first, let last = texts.last else {
            return try GroupColumn(values: values, edges: [], names: ["all"])
        }
        let middle = zip(texts, texts.dropFirst()).map { "\($0) to below \($1)" }
        return try GroupColumn(
            values: values,
            edges: edges,
            names: ["below \(first)"] + middle + ["\(last) and above"]
        )
    }
}
