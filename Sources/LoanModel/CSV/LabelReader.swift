// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// Reads the cells of a label column.
struct LabelReader: Sendable {
    /// What a cell holds.
    enum Reading: Equatable {
        case value(Float)
        case missing
        /// Nothing that the column may hold.
        case invalid
    }

    /// A text that stands for a class, and its value where it is a number.
    private struct Class: Sendable {
        let text: [UInt8]
        let number: Double?

        init(_ text: String) {
            let bytes = Array(text.utf8)
            self.text = bytes
            if case .number(let value) = DecimalNumber.double(bytes.span, 0..<bytes.count) {
                number = value
            } else {
                number = nil
            }
        }

        func matches(_ text: borrowing Span<UInt8>, _ range: Range<Int>, _ value: Double?) -> Bool {
            if let number, let value { return number == value }
            return range.count == self.text.count
                && self.text.indices.allSatisfy { text[range.lowerBound + $0] == self.text[$0] }
        }
    }

    private let values: LabelValues
    private let positive: Class?
    private var negative: Class?

    init(_ values: LabelValues) {
        self.values = values
        guard case .classes(let positive, let negative) = values else {
            (self.positive, self.negative) = (nil, nil)
            return
        }
        self.positive = Class(positive)
        self.negative = negative.map(Class.init)
    }

    /// Whether what follows does not change how later cells are read.
    var isSettled: Bool { positive == nil || negative != nil }

    /// What a label must be, for a sentence.
    var expected: String {
        switch values {
        case .classes(let positive, let negative):
            let other = negative ?? self.negative.map { String(decoding: $0.text, as: UTF8.self) }
            return other.map { "\($0) or \(positive)" } ?? "\(positive) or one other text"
        case .boolean: return "true or false, yes or no, 1 or 0"
        case .number: return "a number"
        }
    }

    /// Reads the cell at `range`.
    @inline(__always)
    mutating func read(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Reading {
        let range = Blank.trimmed(text, range)
        switch values {
        case .classes: return readClass(text, range)
        case .boolean:
            switch BooleanText.read(text, range) {
            case .value(let value): return .value(value ? 1 : 0)
            case .missing: return .missing
            case .invalid: return .invalid
            }
        case .number:
            switch NumberText.read(text, range) {
            case .number(let value): return .value(value)
            case .missing: return .missing
            case .outOfRange: return .invalid
            case .invalid: return MissingMarker.matches(text, range) ? .missing : .invalid
            }
        }
    }

    private mutating func readClass(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) -> Reading {
        var number: Double?
        if case .number(let value) = DecimalNumber.double(text, range) { number = value }
        if let positive, positive.matches(text, range, number) { return .value(1) }
        if let negative, negative.matches(text, range, number) { return .value(0) }
        if MissingMarker.matches(text, range) { return .missing }
        guard negative == nil,
            let other = String(validating: range.map { text[$0] }, as: UTF8.self),
            other.utf8.count <= TableLimits.categoryBytesMax
        else { return .invalid }
        negative = Class(other)
        return .value(0)
    }
}
