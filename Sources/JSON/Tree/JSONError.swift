// SPDX-License-Identifier: Apache-2.0

/// Why a text is not the JSON that is asked for. Offsets are in bytes from the start of the body.
package enum JSONError: Error, Equatable {
    case notUTF8
    case byteOrderMark
    case unexpectedEnd(offset: Int)
    case unexpected(offset: Int, wanted: String)
    case invalidNumber(offset: Int)
    /// `NaN` where it is not allowed, or an infinity, which never is.
    case notANumberLiteral(offset: Int)
    case invalidEscape(offset: Int)
    case loneSurrogate(offset: Int)
    case controlCharacter(offset: Int)
    case tooDeep(offset: Int, limit: Int)
    case trailingText(offset: Int)

    /// Where the text goes wrong.
    package var offset: Int {
        switch self {
        case .notUTF8, .byteOrderMark: 0
        case .unexpectedEnd(let offset), .unexpected(let offset, _), .invalidNumber(let offset),
            .notANumberLiteral(let offset), .invalidEscape(let offset),
            .loneSurrogate(let offset), .controlCharacter(let offset),
            .tooDeep(let offset, _), .trailingText(let offset):
            offset
        }
    }

    private var reason: String {
        switch self {
        case .notUTF8: "the text is not UTF-8"
        case .byteOrderMark: "the text begins with a byte order mark; send UTF-8 without it"
        case .unexpectedEnd: "the text ends in the middle of a value"
        case .unexpected(_, let wanted): "\(wanted) is expected here"
        case .invalidNumber: "this is not a JSON number"
        case .notANumberLiteral: "NaN and infinities are not allowed here"
        case .invalidEscape: "this is not a JSON escape"
        case .loneSurrogate: "an escaped surrogate has no other half"
        case .controlCharacter: "a control character must be escaped"
        case .tooDeep(_, let limit): "the text is nested deeper than \(limit) levels"
        case .trailingText: "there is more text after the value"
        }
    }
}

extension JSONError: CustomStringConvertible {
    /// What is wrong, and where.
    package var description: String { "\(reason) (byte \(offset))" }
}
