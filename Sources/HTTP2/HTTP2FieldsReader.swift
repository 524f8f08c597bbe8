// SPDX-License-Identifier: Apache-2.0

/// Gathers the fields of one request after the other.
///
/// Clients send the same fields with every call, but for a deadline: such calls share one object,
/// so that nothing is copied for them, and who has looked at the one has looked at all.
struct HTTP2FieldsReader {
    /// The name of the field that is kept apart; empty for none.
    private let apartName: [UInt8]
    private let bytesMax: Int
    private var bytes: [UInt8] = []
    private var ends: [Int32] = []
    private var apart: String?
    /// Bytes of all fields so far, kept or not.
    private var byteCount = 0
    private var isTooLarge = false
    /// The fields of the request before.
    private var known = HTTP2Fields.Shared()

    /// How many times as long as allowed a list may be that is read to its end.
    private static let patience = 4

    init(bytesMax: Int, apart: String) {
        self.bytesMax = bytesMax
        apartName = Array(apart.utf8)
    }

    /// A request begins.
    mutating func begin() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        apart = nil
        byteCount = 0
        isTooLarge = false
    }

    /// Adds a field, within the limit.
    ///
    /// Compressed fields are as long as their table allows, however short they came: a list that is
    /// many times too long is not read to its end.
    /// - Returns: whether the rest of the list is worth reading.
    mutating func append(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        // As RFC 9113, section 6.5.2, counts a list of fields.
        byteCount += name.count + value.count + 32
        guard byteCount <= bytesMax else {
            isTooLarge = true
            return byteCount <= Self.patience * bytesMax
        }
        if name.count == apartName.count, apart == nil, unsafe name.elementsEqual(apartName) {
            apart = unsafe String(decoding: value, as: UTF8.self)
            return true
        }
        unsafe bytes.append(contentsOf: name)
        ends.append(Int32(bytes.count))
        unsafe bytes.append(contentsOf: value)
        ends.append(Int32(bytes.count))
        return true
    }

    /// The fields of the request, which are there whole.
    mutating func finish() -> HTTP2Fields {
        if bytes != known.bytes || ends != known.ends || isTooLarge != known.isTooLarge {
            known = HTTP2Fields.Shared(bytes, ends, isTooLarge: isTooLarge)
        }
        return HTTP2Fields(shared: known, apart: apart)
    }
}
