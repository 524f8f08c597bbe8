// SPDX-License-Identifier: Apache-2.0

/// A JSON document as a tree.
package enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// The members, when this is an object.
    package var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The text, when this is a string.
    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}

/// A number as it stood in the text.
package struct JSONNumber: Equatable, Sendable {
    /// The nearest binary64; infinite when the text exceeds its range, NaN for a bare `NaN`.
    package let value: Double
    /// What the text says of the number's kind, where `value` is too coarse to show it.
    package let form: Form

    /// The narrowest type that holds a number exactly as it was written.
    package enum Form: Equatable, Sendable {
        case int64
        case uint64
        /// A whole number beyond 64 bits.
        case wideInteger
        /// Written with a fraction or an exponent.
        case real
    }

    /// Written without fraction and exponent.
    package var isInteger: Bool { form != .real }

    /// A number of a known form.
    package init(value: Double, form: Form) {
        self.value = value
        self.form = form
    }

    /// A number that was computed: a whole one has the narrowest form that holds it.
    package init(value: Double, isInteger: Bool) {
        let form: Form =
            if !isInteger {
                .real
            } else if Int64(exactly: value) != nil {
                .int64
            } else {
                UInt64(exactly: value) == nil ? .wideInteger : .uint64
            }
        self.init(value: value, form: form)
    }
}

/// The members of an object in the order of the text. Of duplicate names the last one counts.
package struct JSONObject: Equatable, Sendable {
    /// All members, as written.
    package private(set) var members: [(name: String, value: JSONValue)]

    /// An object of these members, in this order.
    package init(_ members: [(name: String, value: JSONValue)] = []) {
        self.members = members
    }

    /// The value of a name, or nil.
    package subscript(name: String) -> JSONValue? {
        members.last { $0.name == name }?.value
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.members.elementsEqual(right.members) { $0.name == $1.name && $0.value == $1.value }
    }
}
