// SPDX-License-Identifier: Apache-2.0

/// A number of fixed length, little-endian in records.
package protocol RecordedNumber: BitwiseCopyable, Sendable, Equatable {
    /// The unsigned number of the same bits.
    associatedtype Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable

    /// The number of these bits.
    init(recorded bits: Bits)

    /// The bits of the number.
    var recordedBits: Bits { get }
}

extension Float: RecordedNumber {
    package init(recorded bits: UInt32) { self.init(bitPattern: bits) }
    package var recordedBits: UInt32 { bitPattern }
}

extension Double: RecordedNumber {
    package init(recorded bits: UInt64) { self.init(bitPattern: bits) }
    package var recordedBits: UInt64 { bitPattern }
}

extension Int32: RecordedNumber {
    package init(recorded bits: UInt32) { self.init(bitPattern: bits) }
    package var recordedBits: UInt32 { UInt32(bitPattern: self) }
}

extension Int64: RecordedNumber {
    package init(recorded bits: UInt64) { self.init(bitPattern: bits) }
    package var recordedBits: UInt64 { UInt64(bitPattern: self) }
}

extension UInt32: RecordedNumber {
    package init(recorded bits: UInt32) { self = bits }
    package var recordedBits: UInt32 { self }
}

extension UInt64: RecordedNumber {
    package init(recorded bits: UInt64) { self = bits }
    package var recordedBits: UInt64 { self }
}
