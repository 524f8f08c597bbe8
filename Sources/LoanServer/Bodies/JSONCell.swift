// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel

/// A value of JSON as a number of an application, by the rules of `docs/values.md`: records and
/// lists of rows are read by these in every protocol.
enum JSONCell {
    /// Why it is none.
    enum Failure: Error {
        case notANumber
        /// Infinite or beyond single precision.
        case outOfRange
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
}
