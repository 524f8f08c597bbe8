// SPDX-License-Identifier: Apache-2.0

package import JSON
package import LoanService

/// Reads the documented fields out of a JSON body, with the coercions of the original service
/// (pydantic in lax mode): numbers may be numeric strings, strings may be numbers, and null, "" and
/// "None" mean absent for optional fields. The first problems are collected and thrown together.
package struct FieldReader {
    /// Problems that one refusal names. What else is wrong shows when these are mended.
    package static let problemsMax = 32

    private let object: JSONObject
    private var problems: [FieldProblem] = []

    /// - Parameter body: the parsed body; anything but an object reads as an empty one when it is an
    ///   empty list (as the original does) and is refused otherwise.
    package init(_ body: JSONValue) throws(ServiceError) {
        switch body {
        case .object(let object): self.object = object
        case .array(let elements) where elements.isEmpty: object = JSONObject()
        default:
            throw .invalid([
                FieldProblem(
                    location: [],
                    message: "value is not a valid dict",
                    kind: .notObject
                )
            ])
        }
    }

    /// Reads a whole request, or throws all that is wrong with it.
    static func read<Request>(
        _ body: JSONValue,
        _ request: (inout FieldReader) -> Request
    ) throws(ServiceError) -> Request {
        var reader = try FieldReader(body)
        let request = request(&reader)
        try reader.finish()
        return request
    }

    /// The untouched value of a field; nil when it is not there.
    package func raw(_ field: RequestField) -> JSONValue? { object[field.rawValue] }

    /// An optional text: nil when absent.
    package mutating func optionalText(_ field: RequestField) -> String? {
        guard let value = raw(field), value != .null, let text = text(of: value, field) else {
            return nil
        }
        return text.isEmpty || text == "None" ? nil : text
    }

    /// A text that must be there, though it may say "None".
    package mutating func requiredText(_ field: RequestField) -> String {
        guard let value = raw(field) else {
            report(.missing(field))
            return ""
        }
        guard value != .null else {
            report(.null(field))
            return ""
        }
        return text(of: value, field) ?? ""
    }

    /// A whole number within `range`; fractions are cut off, as Python's `int` does.
    package mutating func integer(
        _ field: RequestField,
        in range: ClosedRange<Int>,
        default fallback: Int
    ) -> Int {
        guard let value = raw(field) else { return fallback }
        guard value != .null else {
            report(.null(field))
            return fallback
        }
        guard let number = Self.integer(of: value) else {
            report(
                FieldProblem(field: field, "value is not a valid integer", kind: .notInteger)
            )
            return fallback
        }
        guard number >= Double(range.lowerBound), number <= Double(range.upperBound) else {
            report(
                FieldProblem(
                    field: field,
                    "must lie from \(range.lowerBound) to \(range.upperBound)",
                    kind: .outOfRange
                )
            )
            return fallback
        }
        return Int(number)
    }

    /// One of a few words; `fallback` when the field is not there.
    package mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ field: RequestField,
        default fallback: Choice
    ) -> Choice where Choice.RawValue == String {
        guard let value = raw(field) else { return fallback }
        guard value != .null else {
            report(.null(field))
            return fallback
        }
        guard case .string(let word) = value, let choice = Choice(rawValue: word) else {
            let words = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            report(
                FieldProblem(field: field, "must be one of \(words)", kind: .notAChoice)
            )
            return fallback
        }
        return choice
    }

    /// A switch; off when the field is not there.
    mutating func flag(_ field: RequestField) -> Bool {
        switch raw(field) {
        case nil, .null: return false
        case .bool(let flag): return flag
        default:
            report(FieldProblem(field: field, "must be true or false", kind: .notBoolean))
            return false
        }
    }

    /// Whether as many problems were found as are named: reading on would find no more.
    package var isFull: Bool { problems.count >= Self.problemsMax }

    /// Adds a problem, unless there are enough.
    package mutating func report(_ problem: FieldProblem) {
        guard !isFull else { return }
        problems.append(problem.named)
    }

    /// Adds a problem unless its field has one already.
    package mutating func reportOnce(_ problem: FieldProblem) {
        let location = problem.named.location
        guard !problems.contains(where: { $0.location == location }) else { return }
        report(problem)
    }

    /// Reports members that are none of `fields`: what changes something is understood as a whole.
    package mutating func refuseOthers(than fields: [RequestField]) {
        let names = fields.map(\.rawValue)
        for member in object.members where !names.contains(member.name) {
            guard !isFull else { return }
            report(
                FieldProblem(
                    location: [.name(member.name)],
                    message: "is not understood here; the fields are "
                        + names.joined(separator: ", "),
                    kind: .unknownField
                )
            )
        }
    }

    /// Throws when any problem was found.
    package func finish() throws(ServiceError) {
        guard problems.isEmpty else { throw .invalid(problems) }
    }

    private mutating func text(of value: JSONValue, _ field: RequestField) -> String? {
        switch value {
        case .string(let text): return text
        case .number(let number) where number.isInteger && abs(number.value) < 1e15:
            return "\(Int(number.value))"
        case .number(let number): return "\(number.value)"
        default:
            report(FieldProblem(field: field, "str type expected", kind: .notText))
            return nil
        }
    }

    /// The value as a whole number, possibly beyond Int's range; nil when it is none.
    private static func integer(of value: JSONValue) -> Double? {
        switch value {
        case .bool(let flag): return flag ? 1 : 0
        case .number(let number):
            return number.value.isNaN ? nil : number.value.rounded(.towardZero)
        case .string(let text):
            let digits = text.trimmed
            guard !digits.isEmpty,
                digits.utf8.allSatisfy({ byte in
                    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
                })
            else { return nil }
            return Double(digits)
        default: return nil
        }
    }
}

extension FieldProblem {
    /// The field is not in the body.
    package static func missing(_ field: RequestField) -> Self {
        Self(field: field, "field required", kind: .missing)
    }

    /// The field is null though it has a default.
    static func null(_ field: RequestField) -> Self {
        Self(field: field, "none is not an allowed value", kind: .null)
    }
}

extension String {
    /// Without spaces at both ends.
    var trimmed: Substring {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        let end = lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? start
        return self[start..<end]
    }
}
