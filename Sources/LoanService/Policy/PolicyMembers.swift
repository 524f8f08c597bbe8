// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel

typealias PolicyMembers = DocumentMembers<PolicyDocumentError>

// What the values of a policy are.
extension DocumentMembers where Failure == PolicyDocumentError {
    /// A text of 1 to `bytesMax` bytes without control characters.
    func text(_ key: String, bytesMax: Int) throws(PolicyDocumentError) -> String {
        let value = try required(key)
        guard let text = value.text, Self.isText(text, bytesMax: bytesMax) else {
            throw problem(key, "a text of 1 to \(bytesMax) bytes in one line")
        }
        return text
    }

    /// The code of a reason: 1 to `PolicyLimits.nameBytesMax` of A-Z, a-z, 0-9, `.`, `_` and `-`.
    func code(_ key: String) throws(PolicyDocumentError) -> String {
        let bytesMax = PolicyLimits.nameBytesMax
        let code = try text(key, bytesMax: bytesMax)
        guard Self.isCode(code) else {
            throw problem(key, "1 to \(bytesMax) of A-Z a-z 0-9 . _ -")
        }
        return code
    }

    static func isCode(_ text: String) -> Bool {
        let bytes = text.utf8
        return (1...PolicyLimits.nameBytesMax).contains(bytes.count)
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    static func isText(_ text: String, bytesMax: Int) -> Bool {
        let bytes = text.utf8
        return (1...bytesMax).contains(bytes.count) && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    /// What the bounds of a part are about.
    func measure() throws(PolicyDocumentError) -> PolicyMeasure {
        let words = PolicyMeasure.allCases.map(\.rawValue)
        guard let word = try choice("of", of: words), let measure = PolicyMeasure(rawValue: word)
        else { throw .missingKey("of", place: place) }
        return measure
    }

    /// A number within bounds.
    func number(
        _ key: String,
        in range: ClosedRange<Double>
    ) throws(PolicyDocumentError) -> Double {
        let value = try required(key)
        guard case .number(let number) = value, range.contains(number.value) else {
            throw problem(key, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number.value
    }

    /// A bound of what is measured, as float32: of a probability from 0 to 1, of points a whole
    /// number.
    func bound(_ key: String, _ measure: PolicyMeasure) throws(PolicyDocumentError) -> Float {
        switch measure {
        case .probability: return Float(try number(key, in: 0...1))
        case .points: return Float(try points(key) ?? 0)
        }
    }

    /// A whole number of points; nil where the key is absent.
    func points(_ key: String) throws(PolicyDocumentError) -> Int? {
        guard let value = self[key] else { return nil }
        let limit = PolicyLimits.pointsMax
        guard case .number(let number) = value, let points = Int(exactly: number.value),
            (-limit...limit).contains(points)
        else { throw problem(key, "a whole number from \(-limit) to \(limit)") }
        return points
    }

    /// The elements of a list.
    func list(_ key: String, count: ClosedRange<Int>) throws(PolicyDocumentError) -> [JSONValue] {
        let value = try required(key)
        guard case .array(let elements) = value, count.contains(elements.count) else {
            throw problem(key, "a list of \(count.lowerBound) to \(count.upperBound) elements")
        }
        return elements
    }
}
