// SPDX-License-Identifier: Apache-2.0

/// A rule on one column of the raw matrices of a model.
struct BoundRule: Sendable, Equatable {
    /// The column within its matrix.
    enum Place: Sendable, Equatable {
        case number(Int)
        case code(Int)
    }

    private enum Test: Sendable, Equatable {
        case compare(KnockoutRule.Comparison, Float)
        case numbers(Set<Float>)
        case codes(Set<UInt8>)
        case missingNumber
        case unknownNumber
    }

    let place: Place
    private let test: Test

    init(
        _ rule: KnockoutRule,
        _ index: Int,
        _ features: [PolicyFeature]
    ) throws(PolicyMismatch) {
        guard let feature = features.firstIndex(where: { $0.name == rule.feature }) else {
            throw .feature(
                rule: index,
                name: rule.feature,
                nearest: NearestNames.find(rule.feature, among: features.map(\.name))
            )
        }
        let cells = features[feature].cells
        let known = KnockoutRule.Comparison.all(of: cells.kind)
        guard known.contains(rule.comparison) else {
            throw .comparison(rule: index, feature: rule.feature, known: known)
        }
        let column = features[..<feature].count { $0.cells.carrier == cells.carrier }
        place = cells.carrier == .code ? .code(column) : .number(column)
        test = try Self.test(rule, index, cells)
    }

    private static func test(
        _ rule: KnockoutRule,
        _ index: Int,
        _ cells: CellText
    ) throws(PolicyMismatch) -> Test {
        switch (rule.comparison, cells.carrier) {
        case (.missing, .code): return .codes([CategoryVocabulary.missing])
        case (.missing, .number): return .missingNumber
        case (.unknown, .code): return .codes([CategoryVocabulary.unknown])
        case (.unknown, .number): return .unknownNumber
        default: break
        }
        var numbers: Set<Float> = []
        var codes: Set<UInt8> = []
        for value in rule.values {
            switch try cell(value.cell, rule, index, cells) {
            case .number(let number): numbers.insert(number)
            case .code(let code): codes.insert(code)
            }
        }
        if cells.kind == .category {
            return cells.carrier == .code ? .codes(codes) : .numbers(numbers)
        }
        guard let number = numbers.first else {
            preconditionFailure("a comparison has a value, and the number of a cell is one")
        }
        return .compare(rule.comparison, number)
    }

    /// A cell that is there and known.
    private static func cell(
        _ text: String,
        _ rule: KnockoutRule,
        _ index: Int,
        _ cells: CellText
    ) throws(PolicyMismatch) -> CellText.Cell {
        let cell: CellText.Cell
        do throws(CellText.Failure) {
            cell = try cells.cell(of: text)
        } catch {
            throw .value(rule: index, feature: rule.feature, value: text, kind: cells.kind)
        }
        let isThere =
            switch cell {
            case .number(let number): !number.isNaN
            case .code(let code): Int(code) < cells.vocabulary.count
            }
        guard isThere else {
            guard cells.kind == .category else {
                throw .value(rule: index, feature: rule.feature, value: text, kind: cells.kind)
            }
            let nearest = NearestNames.find(text, among: cells.vocabulary.spellings)
            throw .category(rule: index, feature: rule.feature, value: text, nearest: nearest)
        }
        return cell
    }

    /// From which numbers on the rule may hold, or no longer hold.
    var bounds: [Float] {
        guard case .compare(_, let value) = test else { return [] }
        return [value, value.nextUp]
    }

    func holds(_ number: Float) -> Bool {
        switch test {
        // A comparison with a missing value is false.
        case .compare(.below, let value): number < value
        case .compare(.atMost, let value): number <= value
        case .compare(.above, let value): number > value
        case .compare(.atLeast, let value): number >= value
        case .compare(_, let value): number == value
        case .numbers(let values): values.contains(number)
        case .missingNumber: number.isNaN && !CategoryVocabulary.isUnknown(number)
        case .unknownNumber: CategoryVocabulary.isUnknown(number)
        case .codes: false
        }
    }

    func holds(_ code: UInt8) -> Bool {
        guard case .codes(let codes) = test else { return false }
        return codes.contains(code)
    }
}
