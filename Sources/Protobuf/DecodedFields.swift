// SPDX-License-Identifier: Apache-2.0
//
// Values of decoded fields, copied while the arena holds the message. Proof for the pointers:
// protobuf-c sets every count to the number of elements that it has written at the pointer next to
// it, and texts end with NUL.

package import CLoanProto

extension ProtobufCBinaryData {
    /// A copy of the field's bytes.
    package var copied: [UInt8] {
        guard unsafe len > 0, let data = unsafe data else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: data, count: len))
    }
}

/// The values of a repeated field.
@safe
package func repeated<Element, Result>(
    _ count: Int,
    _ elements: UnsafeMutablePointer<Element>?,
    _ transform: (Element) -> Result
) -> [Result] {
    (0..<count).compactMap { index in unsafe elements.map { unsafe transform($0[index]) } }
}

/// The values of a repeated field of messages or texts.
package func repeatedPointees<Pointee, Result>(
    _ count: Int,
    _ elements: UnsafeMutablePointer<UnsafeMutablePointer<Pointee>?>?,
    _ transform: (UnsafeMutablePointer<Pointee>) -> Result
) -> [Result] {
    unsafe UnsafeBufferPointer(start: elements, count: count).compactMap { element in
        unsafe element.map { unsafe transform($0) }
    }
}

/// The values of a repeated field of numbers.
package func repeatedNumbers<Number: BitwiseCopyable>(
    _ count: Int,
    _ elements: UnsafeMutablePointer<Number>?
) -> [Number] {
    unsafe Array(UnsafeBufferPointer(start: elements, count: count))
}

/// The value of a text.
package func decodedText(_ field: UnsafePointer<CChar>?) -> String {
    unsafe field.map { unsafe String(cString: $0) } ?? ""
}
