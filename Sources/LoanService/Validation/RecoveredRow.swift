// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import JSON
internal import LoanModel

/// A row of the prepared matrix as the raw values of an application, where the preparation can be
/// followed back.
struct RecoveredRow {
    /// By feature, as people read them; null is missing.
    let values: JSONObject
    /// The same as scoring takes it.
    let scoring: ScoringRows

    /// - Returns: nil for a row that no application becomes, such as one of two categories of one
    ///   feature.
    init?(_ prepared: [Float], _ preprocessor: Preprocessor) {
        var members: [(name: String, value: JSONValue)] = []
        var numbers: [Float] = []
        var codes: [UInt8] = []
        for (index, feature) in preprocessor.schema.features.enumerated() {
            let step = preprocessor.step(ofFeature: index)
            let cells = Array(prepared[step.columns])
            if step.fitted.carrier == .code {
                guard let hot = Self.category(cells) else { return nil }
                codes.append(hot.index.map { UInt8($0) } ?? .max)
                members.append((feature.name, Self.text(step.fitted.categories, hot.index)))
            } else {
                guard let number = Self.number(cells, step.fitted) else { return nil }
                numbers.append(number)
                let value = Self.value(number, feature.kind, step.fitted.categories)
                members.append((feature.name, value))
            }
        }
        values = JSONObject(members)
        scoring = ScoringRows(rowCount: 1, form: .raw(numbers: numbers, codes: codes))
    }

    /// The category whose column is 1; nil outside where several are.
    private static func category(_ cells: [Float]) -> (index: Int?, Void)? {
        let hot = cells.indices.filter { cells[$0] >= 0.5 }
        return hot.count > 1 ? nil : (hot.first, ())
    }

    private static func number(_ cells: [Float], _ fitted: FittedFeature) -> Float? {
        switch fitted {
        case .oneHot: return category(cells).map { $0.index.map { Float($0) } ?? .nan }
        case .codes(let codes):
            guard !cells[0].isNaN else { return .nan }
            let last = Float(codes.categories.count - 1)
            return min(max(cells[0].rounded(.up), 0), last)
        case .date(let date):
            // Other parts do not say which day it was.
            guard date.parts == [.days], cells[0].isNaN || abs(cells[0]) < 1e6 else { return nil }
            return cells[0]
        case .impute, .power, .unchanged, .number:
            guard let function = fitted.functions?.first else { return nil }
            return RisingFunction(function).smallestArgument(reaching: cells[0])
        }
    }

    private static func value(
        _ number: Float,
        _ kind: Feature.Kind,
        _ categories: [String]
    ) -> JSONValue {
        guard !number.isNaN else { return .null }
        return switch kind {
        case .number: .single(number)
        case .boolean: .bool(number != 0)
        case .date: .string(CalendarDate(days: Int(number)).text)
        case .category: text(categories, Int(number))
        }
    }

    private static func text(_ categories: [String], _ index: Int?) -> JSONValue {
        guard let index, categories.indices.contains(index) else { return .null }
        return .string(categories[index])
    }
}

/// The preparation of a number: it never falls.
struct RisingFunction {
    private let value: (Float) -> Float

    init(_ value: @escaping (Float) -> Float) { self.value = value }

    /// The smallest number whose value is at least `result`, or the largest of all where none is;
    /// of numbers that differ in their last digits the one that people read most easily.
    /// - Returns: nil for NaN where no missing number stays missing.
    func smallestArgument(reaching result: Float) -> Float? {
        guard !result.isNaN else { return value(.nan).isNaN ? .nan : nil }
        // By their place among all numbers, so that it takes no more than 32 steps.
        var (low, high) = (
            Self.place(-Float.greatestFiniteMagnitude), Self.place(Float.greatestFiniteMagnitude)
        )
        while low < high {
            let middle = low + (high - low) / 2
            if value(Self.number(middle)) >= result { high = middle } else { low = middle + 1 }
        }
        return readable(Self.number(low))
    }

    private func readable(_ number: Float) -> Float {
        let goal = value(number)
        var unit: Float = 1
        for _ in 0..<6 {
            let rounded = (number * unit).rounded() / unit
            if value(rounded) == goal { return rounded }
            unit *= 10
        }
        return number
    }

    private static func place(_ number: Float) -> Int64 {
        let bits = Int64(number.bitPattern & 0x7FFF_FFFF)
        return number.sign == .minus ? -bits : bits
    }

    private static func number(_ place: Int64) -> Float {
        let magnitude = Float(bitPattern: UInt32(place.magnitude))
        return place < 0 ? -magnitude : magnitude
    }
}
