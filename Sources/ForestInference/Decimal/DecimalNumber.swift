// SPDX-License-Identifier: Apache-2.0

import CDecimal

/// Reads decimal numbers from text, correctly rounded: to the nearest double or the nearest
/// float32, ties to even.
///
/// The reader is `std::from_chars` of the C++ library: D. Lemire, "Number parsing at a gigabyte per
/// second", 2021, doi 10.1002/spe.2984. What it does not round, close to zero and to the infinities,
/// goes to Swift's library.
package enum DecimalNumber {
    /// What a text holds.
    package enum Reading: Equatable {
        /// A finite number.
        case number(Double)
        /// A number beyond the doubles.
        case outOfRange
        /// No decimal number.
        case invalid
    }

    /// The nearest double of `[+-] digits [. digits] [e [+-] digits]`, with nothing before or after
    /// and at least one digit.
    package static func double(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Reading {
        var value = 0.0
        let status = unsafe text.extracting(range).withUnsafeBufferPointer { bytes in
            // The reader keeps to the bytes of the span, and keeps nothing.
            guard let start = bytes.baseAddress else { return cdecimal_status.invalid }
            return unsafe cdecimal_double(start, bytes.count, &value)
        }
        switch status {
        case .number: return .number(value)
        case .invalid: return .invalid
        case .out_of_range:
            guard let value = Double(string(text, range)) else { return .invalid }
            return value.isFinite ? .number(value) : .outOfRange
        }
    }

    /// The nearest float32 of such a text, infinite beyond the floats; nil for another text.
    package static func float(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Float? {
        var value: Float = 0
        let status = unsafe text.extracting(range).withUnsafeBufferPointer { bytes in
            // As above.
            guard let start = bytes.baseAddress else { return cdecimal_status.invalid }
            return unsafe cdecimal_float(start, bytes.count, &value)
        }
        switch status {
        case .number: return value
        case .invalid: return nil
        case .out_of_range: return Float(string(text, range))
        }
    }

    /// A text of the grammar, which is ASCII, for Swift's library.
    private static func string(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: range.map { text[$0] }, as: UTF8.self)
    }
}
