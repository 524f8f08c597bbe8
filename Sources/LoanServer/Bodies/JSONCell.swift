// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService

/// A value of JSON as a cell of a row, by the rules of `docs/values.md`: records and lists of rows
/// are read by these in every protocol.
enum JSONCell {
    /// Why it is none.
    enum Failure: Error {
        case notANumber
        /// Infinite or beyond single precision.
        case outOfRange
        case notABoolean
        case notADate
        /// A category is a text.
        case notAText
        case category(CategoryVocabulary.Failure)
    }

    /// - Returns: NaN for a value that is missing.
    static func number(_ value: JSONValue?) throws(Failure) -> Float {
        switch value {
        case nil, .null: return .nan
        case .bool(let flag): return flag ? 1 : 0
        case .number(let literal):
            // Zero has one sign, however it is written.
            let rounded = Float(literal.value) + 0
            guard !rounded.isInfinite else { throw .outOfRange }
            return rounded
        case .string(let text):
            switch NumberText.read(text) {
            case .number(let number): return number + 0
            case .missing: return .nan
            case .outOfRange: throw .outOfRange
            case .invalid: throw .notANumber
            }
        case .array, .object: throw .notANumber
        }
    }

    /// The cell of a feature that travels as numbers.
    static func number(
        _ value: JSONValue?,
        of feature: ServedModel.Feature
    ) throws(Failure) -> Float {
        switch feature.kind {
        case .number: try number(value)
        case .boolean: try boolean(value, feature)
        case .date: try date(value, feature)
        case .category: try category(value, feature)
        }
    }

    /// The cell of a feature that travels as codes.
    static func code(
        _ value: JSONValue?,
        of feature: ServedModel.Feature
    ) throws(Failure) -> UInt8 {
        switch value {
        case nil, .null: return ServedModel.missingCode
        case .number(let number) where number.value.isNaN: return ServedModel.missingCode
        case .string(let text): return try feature.code(text)
        case .number(let number):
            guard let text = feature.name(of: number) else { throw .notAText }
            return try feature.code(text)
        case .bool, .array, .object: throw .notAText
        }
    }

    private static func boolean(
        _ value: JSONValue?,
        _ feature: ServedModel.Feature
    ) throws(Failure) -> Float {
        switch value {
        case nil, .null: return .nan
        case .bool(let flag): return flag ? 1 : 0
        case .number(let number) where number.value.isNaN: return .nan
        case .number(let number) where number.value == 0 || number.value == 1:
            return number.value == 1 ? 1 : 0
        case .string(let text): return try feature.number(text)
        case .number, .array, .object: throw .notABoolean
        }
    }

    private static func date(
        _ value: JSONValue?,
        _ feature: ServedModel.Feature
    ) throws(Failure) -> Float {
        switch value {
        case nil, .null: return .nan
        case .number(let number) where number.value.isNaN: return .nan
        case .string(let text): return try feature.number(text)
        case .number, .bool, .array, .object: throw .notADate
        }
    }

    private static func category(
        _ value: JSONValue?,
        _ feature: ServedModel.Feature
    ) throws(Failure) -> Float {
        switch value {
        case nil, .null: return .nan
        case .number(let number) where number.value.isNaN: return .nan
        case .string(let text): return try feature.number(text)
        case .number(let number):
            guard let text = feature.name(of: number) else { throw .notAText }
            return try feature.number(text)
        case .bool, .array, .object: throw .notAText
        }
    }
}

extension ServedModel.Feature {
    fileprivate func code(_ text: String) throws(JSONCell.Failure) -> UInt8 {
        do {
            guard case .code(let code) = try cell(of: text) else {
                preconditionFailure("the feature travels as codes")
            }
            return code
        } catch {
            throw JSONCell.Failure(error)
        }
    }

    fileprivate func number(_ text: String) throws(JSONCell.Failure) -> Float {
        do {
            guard case .number(let number) = try cell(of: text) else {
                preconditionFailure("the feature travels as numbers")
            }
            return number
        } catch {
            throw JSONCell.Failure(error)
        }
    }

    /// The text that a whole number stands for where categories are called by numbers; nil where
    /// none is.
    fileprivate func name(of number: JSONNumber) -> String? {
        guard hasNumericNames, number.isInteger, abs(number.value) < 1e15 else { return nil }
        return "\(Int(number.value))"
    }
}

extension JSONCell.Failure {
    fileprivate init(_ failure: CellText.Failure) {
        self =
            switch failure {
            case .notANumber: .notANumber
            case .outOfRange: .outOfRange
            case .notABoolean: .notABoolean
            case .notADate: .notADate
            case .category(let failure): .category(failure)
            }
    }

    /// The problem for whoever sent the value at `location`.
    func problem(at location: [LocationStep]) -> ServiceError {
        let (message, kind): (String, ProblemKind) =
            switch self {
            case .notANumber: ("value is not a valid float", .notNumber)
            case .outOfRange: ("is beyond single precision", .beyondPrecision)
            case .notABoolean: ("value could not be parsed to a boolean", .notBoolean)
            case .notADate: ("is not a date such as 2024-02-29", .notDate)
            case .notAText: ("str type expected", .notText)
            case .category(.tooLong):
                ("longer than \(CategoryVocabulary.textBytesMax) bytes", .tooLongText)
            case .category(.nul): ("contains NUL", .unusableText)
            case .category(.invalidUTF8): ("is not UTF-8", .unusableText)
            }
        let problem = FieldProblem(location: location, message: message, kind: kind)
        if case .category(.tooLong) = self { return .tooLarge(problem) }
        return .invalid([problem])
    }
}
