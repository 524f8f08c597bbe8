// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Gathers the fields of one request after the other.
///
/// Clients send the same fields with every call, but for a deadline: such calls share one object,
/// so that nothing is copied for them, and who has looked at the one has looked at all.
///
/// Proof for the pointers: nghttp2's buffers are valid while it hands them over, and as long as an
/// `NGHTTP2Field` holds them.
struct HTTP2FieldsReader {
    /// The name of the field that is kept apart; empty for none.
    private let apartName: [UInt8]
    private let bytesMax: Int
    /// The fields of the request before.
    private var known = HTTP2Fields.Shared()
    private var knownBytes: [UInt8] = []
    private var knownEnds: [Int32] = []
    private var knownFields: [NGHTTP2Field] = []
    /// How many names and values of this request are those of the one before, from the first on;
    /// nil when there was another one.
    private var sameCount: Int? = 0
    /// The fields of this request, where they are others.
    private var bytes: [UInt8] = []
    private var ends: [Int32] = []
    private var fields: [NGHTTP2Field] = []
    private var apart: String?
    /// Bytes of all fields so far, kept or not.
    private var byteCount = 0

    /// The most fields, and the most bytes of these, that are known by their buffers, too; those
    /// after them are known by their bytes alone.
    private static let heldMax = 32
    private static let heldBytesMax = 4 << 10

    /// How many times as long as allowed a list may be that is read to its end.
    private static let patience = 4

    init(bytesMax: Int, apart: String) {
        self.bytesMax = bytesMax
        apartName = Array(apart.utf8)
    }

    /// A request begins.
    mutating func begin() {
        sameCount = 0
        apart = nil
        byteCount = 0
    }

    /// Adds a field, within the limit.
    ///
    /// Compressed fields are as long as their table allows, however short they came: a list that is
    /// many times too long is not read to its end.
    /// - Returns: whether the rest of the list is worth reading.
    @unsafe
    mutating func append(_ name: OpaquePointer, _ value: OpaquePointer) -> Bool {
        if let count = sameCount, count / 2 < knownFields.count {
            let known = knownFields[count / 2]
            if unsafe known.isSame(name, value), byteCount + known.byteCount <= bytesMax {
                byteCount += known.byteCount
                sameCount = count + 2
                return true
            }
        }
        let (nameBytes, valueBytes) = unsafe (
            Span(_unsafeElements: NGHTTP2Field.bytes(of: name)),
            Span(_unsafeElements: NGHTTP2Field.bytes(of: value))
        )
        byteCount += nameBytes.count + valueBytes.count + NGHTTP2Field.overhead
        guard byteCount <= bytesMax else { return byteCount <= Self.patience * bytesMax }
        if nameBytes.count == apartName.count, apart == nil, nameBytes.isEqual(to: apartName.span) {
            apart = String(copying: valueBytes)
            return true
        }
        if let count = sameCount {
            if isKnown(nameBytes, valueBytes, at: count) {
                sameCount = count + 2
                return true
            }
            differ(after: count)
        }
        append(nameBytes)
        append(valueBytes)
        // Without a gap, since a field is found by its place; never one that may be kept apart.
        if fields.count == ends.count / 2 - 1, fields.count < Self.heldMax,
            bytes.count <= Self.heldBytesMax, !nameBytes.isEqual(to: apartName.span)
        {
            fields.append(unsafe NGHTTP2Field(name, value))
        }
        return true
    }

    private mutating func append(_ part: Span<UInt8>) {
        unsafe part.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        ends.append(Int32(bytes.count))
    }

    /// Of the request before, only the first names and values are those of this one.
    private mutating func differ(after count: Int) {
        sameCount = nil
        ends.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        ends.append(contentsOf: knownEnds[..<count])
        bytes.append(contentsOf: knownBytes[..<knownStart(of: count)])
        fields.removeAll(keepingCapacity: true)
        fields.append(contentsOf: knownFields.prefix(count / 2))
    }

    /// Where a name or value of the request before begins, by its place among all of them.
    private func knownStart(of place: Int) -> Int { place == 0 ? 0 : Int(knownEnds[place - 1]) }

    /// Whether a field is the one of the request before whose name has a place among all.
    private func isKnown(_ name: Span<UInt8>, _ value: Span<UInt8>, at place: Int) -> Bool {
        guard place < knownEnds.count else { return false }
        let start = knownStart(of: place)
        let middle = start + name.count
        let end = middle + value.count
        guard Int(knownEnds[place]) == middle, Int(knownEnds[place + 1]) == end else {
            return false
        }
        guard knownBytes.span.extracting(middle..<end).isEqual(to: value) else { return false }
        return knownBytes.span.extracting(start..<middle).isEqual(to: name)
    }

    /// The fields of the request, which are there whole.
    mutating func finish() -> HTTP2Fields {
        let isTooLarge = byteCount > bytesMax
        if let count = sameCount {
            if count == knownEnds.count, isTooLarge == known.isTooLarge {
                return HTTP2Fields(shared: known, apart: apart)
            }
            differ(after: count)
        }
        (knownBytes, knownEnds, knownFields) = (bytes, ends, fields)
        known = HTTP2Fields.Shared(bytes, ends, isTooLarge: isTooLarge)
        return HTTP2Fields(shared: known, apart: apart)
    }
}

extension Span<UInt8> {
    /// Whether both hold the same bytes.
    fileprivate func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        return unsafe withUnsafeBytes { bytes in
            unsafe other.withUnsafeBytes { other in
                // Empty spans have no address, which memcmp must not be given.
                guard let left = bytes.baseAddress, let right = other.baseAddress else {
                    return true
                }
                return unsafe memcmp(left, right, bytes.count) == 0
            }
        }
    }
}

extension String {
    /// A copy of text.
    fileprivate init(copying bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
