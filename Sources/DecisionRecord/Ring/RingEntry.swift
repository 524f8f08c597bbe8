// SPDX-License-Identifier: Apache-2.0

internal import CRecord

/// What is said of an entry of the ring in front of its payload.
struct RingEntry: Sendable, Equatable {
    /// Bytes before the payload.
    static let headByteCount = 56
    /// Entries begin at multiples of this.
    static let alignment = 8

    /// Counts from 1 over the whole stream.
    var number: UInt64
    /// Bytes of the payload.
    var length: Int
    /// What the payload is.
    var type: RecordFrameType
    /// The contexts that it refers to; 0 for none.
    var context: UInt32
    var otherContext: UInt32
    /// Rows of decisions.
    var rows: UInt32
    /// Milliseconds since 1970.
    var time: Int64

    /// Bytes that the entry takes.
    var byteCount: Int { Self.byteCount(payload: length) }

    static func byteCount(payload: Int) -> Int {
        (headByteCount + payload + alignment - 1) / alignment * alignment
    }

    /// An entry that was begun: it is known how long it is, so that the next one can be found.
    ///
    /// The tag comes last. It is the number, hidden by one that only the ring knows: whatever a
    /// payload holds, it is not taken for an entry.
    @unsafe
    func begin(at place: UnsafeMutableRawPointer, nonce: UInt64) {
        unsafe place.storeBytes(of: UInt32(length).littleEndian, toByteOffset: 8, as: UInt32.self)
        unsafe place.storeBytes(of: UInt32(0), toByteOffset: 12, as: UInt32.self)
        unsafe place.storeBytes(of: UInt64(type.rawValue), toByteOffset: 16, as: UInt64.self)
        unsafe place.storeBytes(of: context, toByteOffset: 24, as: UInt32.self)
        unsafe place.storeBytes(of: otherContext, toByteOffset: 28, as: UInt32.self)
        unsafe place.storeBytes(of: time, toByteOffset: 32, as: Int64.self)
        unsafe place.storeBytes(of: rows, toByteOffset: 40, as: UInt32.self)
        unsafe crec_store64(place.assumingMemoryBound(to: UInt64.self), number ^ nonce)
    }

    /// Says that the payload is there.
    @unsafe
    static func publish(at place: UnsafeMutableRawPointer, length: Int) {
        let checksum = unsafe checksum(at: place, length: length)
        unsafe place.storeBytes(of: checksum, toByteOffset: 44, as: UInt32.self)
        unsafe crec_store((place + 12).assumingMemoryBound(to: UInt32.self), 1)
    }

    /// Whether the payload is there.
    @unsafe
    static func isPublished(at place: UnsafeMutableRawPointer) -> Bool {
        unsafe crec_load((place + 12).assumingMemoryBound(to: UInt32.self)) == 1
    }

    /// Whether what is there is what was published: after a power cut.
    @unsafe
    static func isIntact(at place: UnsafeMutableRawPointer, length: Int) -> Bool {
        let stored = unsafe place.load(fromByteOffset: 44, as: UInt32.self)
        return unsafe checksum(at: place, length: length) == stored
    }

    /// Reads an entry that was begun; nil where none with this number was.
    /// - Parameter bytesMax: what there is of the ring after the place.
    @unsafe
    init?(at place: UnsafeMutableRawPointer, number: UInt64, nonce: UInt64, bytesMax: Int) {
        guard bytesMax >= Self.headByteCount,
            unsafe crec_load64(place.assumingMemoryBound(to: UInt64.self)) ^ nonce == number
        else { return nil }
        self.number = number
        length = unsafe Int(place.load(fromByteOffset: 8, as: UInt32.self))
        type = unsafe RecordFrameType(rawValue: place.load(fromByteOffset: 16, as: UInt8.self))
        context = unsafe place.load(fromByteOffset: 24, as: UInt32.self)
        otherContext = unsafe place.load(fromByteOffset: 28, as: UInt32.self)
        time = unsafe place.load(fromByteOffset: 32, as: Int64.self)
        rows = unsafe place.load(fromByteOffset: 40, as: UInt32.self)
        guard length <= RecordLimits.payloadBytesMax, byteCount <= bytesMax else { return nil }
    }

    init(
        number: UInt64,
        length: Int,
        type: RecordFrameType,
        context: UInt32 = 0,
        otherContext: UInt32 = 0,
        rows: UInt32 = 0,
        time: Int64
    ) {
        self.number = number
        self.length = length
        self.type = type
        self.context = context
        self.otherContext = otherContext
        self.rows = rows
        self.time = time
    }

    /// Over what is said of the payload, and the payload.
    private static func checksum(at place: UnsafeMutableRawPointer, length: Int) -> UInt32 {
        let head = unsafe Checksum.of(UnsafeRawBufferPointer(start: place + 16, count: 28))
        let payload = unsafe UnsafeRawBufferPointer(start: place + headByteCount, count: length)
        return unsafe Checksum.of(payload, after: head)
    }
}
