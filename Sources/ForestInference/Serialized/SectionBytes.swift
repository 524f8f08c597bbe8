// SPDX-License-Identifier: Apache-2.0

/// Appends little-endian words.
struct SectionWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    mutating func append(_ word: UInt32) {
        bytes.append(UInt8(truncatingIfNeeded: word))
        bytes.append(UInt8(truncatingIfNeeded: word >> 8))
        bytes.append(UInt8(truncatingIfNeeded: word >> 16))
        bytes.append(UInt8(truncatingIfNeeded: word >> 24))
    }

    mutating func append(_ text: String) {
        append(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }
}

/// Takes little-endian words and texts, never beyond the end.
struct SectionReader {
    private let bytes: [UInt8]
    private let id: UInt32
    private var offset = 0

    init(_ section: ForestSection) {
        bytes = section.bytes
        id = section.id
    }

    /// What every fault of this section is reported as.
    var fault: ForestError { .invalidSection(id) }

    mutating func word() throws(ForestError) -> UInt32 {
        guard bytes.count - offset >= 4 else { throw fault }
        defer { offset += 4 }
        // Four bytes from `offset` on are there: that was checked just now.
        let word = unsafe bytes.withUnsafeBytes { bytes in
            unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        }
        return UInt32(littleEndian: word)
    }

    /// A word that counts something, at most `limit`.
    mutating func count(limit: Int) throws(ForestError) -> Int {
        let value = Int(try word())
        guard value <= limit else { throw fault }
        return value
    }

    mutating func text() throws(ForestError) -> String {
        let length = try count(limit: ForestLimits.textBytesMax)
        guard length <= bytes.count - offset else { throw fault }
        defer { offset += length }
        guard let text = String(validating: bytes[offset..<offset + length], as: UTF8.self) else {
            throw fault
        }
        return text
    }

    /// All of the section as `count` numbers, copied at once.
    func floats(count: Int) throws(ForestError) -> [Float] {
        try expect(byteCount: count * 4)
        // The bytes are as many as the numbers take: that was checked just now.
        let words = unsafe [UInt32](unsafeUninitializedCapacity: count) { words, written in
            unsafe UnsafeMutableRawBufferPointer(words).copyBytes(from: bytes)
            written = count
        }
        return words.map { Float(bitPattern: UInt32(littleEndian: $0)) }
    }

    /// Checks that `byteCount` bytes are there and nothing else.
    func expect(byteCount: Int) throws(ForestError) {
        guard bytes.count == byteCount else { throw fault }
    }

    /// Checks that everything has been read.
    func finish() throws(ForestError) {
        guard offset == bytes.count else { throw fault }
    }
}
