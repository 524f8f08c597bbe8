// SPDX-License-Identifier: Apache-2.0

/// Writes rows of CSV into a buffer of bytes. Numbers are the shortest texts that read back as the
/// same float32; a missing one is an empty field.
package struct CSVWriter: Sendable {
    /// What was written since it was last emptied.
    package private(set) var bytes: [UInt8] = []
    private var isRowStart = true

    /// Begins an empty buffer.
    package init() {}

    /// Empties the buffer and keeps its memory.
    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Writes a number as Python does: a whole one with `.0`.
    package mutating func append(_ value: Float) {
        separate()
        guard !value.isNaN else { return }
        if value.magnitude < 1e7, value == value.rounded(), value != 0 || value.sign == .plus {
            appendDigits(Int(value))
            bytes.append(UInt8(ascii: "."))
            bytes.append(UInt8(ascii: "0"))
        } else {
            bytes.append(contentsOf: value.description.utf8)
        }
    }

    /// Writes an integer.
    package mutating func append(_ value: Int) {
        separate()
        appendDigits(value)
    }

    /// Writes text, in quotes where the format needs them.
    package mutating func append(_ text: String) {
        separate()
        let special = ",\"\r\n".utf8
        guard text.utf8.contains(where: { special.contains($0) }) else {
            bytes.append(contentsOf: text.utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            bytes.append(byte)
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes an empty field: no value.
    package mutating func appendMissing() { separate() }

    /// Ends the row.
    package mutating func endRow() {
        bytes.append(UInt8(ascii: "\n"))
        isRowStart = true
    }

    private mutating func separate() {
        if !isRowStart { bytes.append(UInt8(ascii: ",")) }
        isRowStart = false
    }

    private mutating func appendDigits(_ value: Int) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }
}
