// SPDX-License-Identifier: Apache-2.0
//
// What belongs to each open stream of a connection, by its number.
//
// A call looks for its stream half a dozen times. Streams are spread by Fibonacci hashing (Knuth,
// The Art of Computer Programming, volume 3, section 6.4), places are searched one after the other
// (linear probing), and what a removal would cut off from its place is moved.
// Limits: a client that chooses its numbers makes the search as long as it has open streams, of
// which there are a few hundred at most.

/// Values by numbers of streams, none of which is 0. Public, since what is for the package alone is
/// not inlined into other modules.
public struct StreamTable<Value> {
    /// A power of two of numbers, of which half are 0 at least: those of empty places.
    @usableFromInline var streams: [Int32]
    @usableFromInline var found: [Value?]
    /// How many values there are.
    @inlinable public var count: Int { taken }
    @usableFromInline var taken = 0

    /// A table without values.
    @inlinable
    public init() {
        streams = Array(repeating: 0, count: 16)
        found = Array(repeating: nil, count: 16)
    }

    /// All values, in no order.
    @inlinable
    public var values: [Value] { taken == 0 ? [] : found.compactMap { $0 } }

    @inlinable
    func home(of stream: Int32) -> Int {
        let spread = UInt32(truncatingIfNeeded: stream) &* 0x9E37_79B1
        // As many of the highest bits as places need.
        return Int(spread &>> UInt32(32 - streams.count.trailingZeroBitCount))
    }

    /// The place of a stream, or the empty one where it would be.
    @inlinable
    func place(of stream: Int32) -> Int {
        var place = home(of: stream)
        while streams[place] != stream, streams[place] != 0 {
            place = (place + 1) & (streams.count - 1)
        }
        return place
    }

    /// The value of a stream.
    @inlinable
    public subscript(stream: Int32) -> Value? { found[place(of: stream)] }

    /// Sets the value of a stream.
    @inlinable
    public mutating func set(_ value: Value, for stream: Int32) {
        var place = place(of: stream)
        if streams[place] == 0 {
            if 2 * (taken + 1) > streams.count {
                grow()
                place = self.place(of: stream)
            }
            taken += 1
            streams[place] = stream
        }
        found[place] = value
    }

    /// Removes the value of a stream, if it has one.
    @inlinable
    @discardableResult
    public mutating func remove(_ stream: Int32) -> Value? {
        var empty = place(of: stream)
        guard let value = found[empty] else { return nil }
        taken -= 1
        (streams[empty], found[empty]) = (0, nil)
        var next = (empty + 1) & (streams.count - 1)
        while streams[next] != 0 {
            // Found from its home on only if no empty place comes before it.
            let way = (next - home(of: streams[next])) & (streams.count - 1)
            if way >= (next - empty) & (streams.count - 1) {
                streams.swapAt(empty, next)
                found.swapAt(empty, next)
                empty = next
            }
            next = (next + 1) & (streams.count - 1)
        }
        return value
    }

    /// Removes all values.
    @inlinable
    public mutating func removeAll() { self = StreamTable() }

    @usableFromInline
    mutating func grow() {
        let (oldStreams, oldFound) = (streams, found)
        streams = Array(repeating: 0, count: 2 * oldStreams.count)
        found = Array(repeating: nil, count: streams.count)
        for (stream, value) in zip(oldStreams, oldFound) where stream != 0 {
            let place = place(of: stream)
            (streams[place], found[place]) = (stream, value)
        }
    }
}
