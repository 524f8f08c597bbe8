// SPDX-License-Identifier: Apache-2.0

/// A segment in a place.
package struct RecordSegment: Sendable, Equatable {
    /// The stream that it is of.
    package var stream: String
    /// Its number in the stream, from 1.
    package var number: UInt64
    /// Whether it is still being written.
    package var isOpen: Bool
    /// Its size.
    package var byteCount: Int
    /// When it was written last: milliseconds since 1970.
    package var modifiedMilliseconds: Int64

    /// Its name in the place.
    package var name: String {
        stream + "/" + (isOpen ? RecordNames.open(number) : RecordNames.sealed(number))
    }

    /// Reads the name of an object or file; nil for others than segments.
    init?(stream: String, file: Substring, byteCount: Int, modifiedMilliseconds: Int64) {
        guard let (number, isOpen) = RecordNames.segment(file) else { return nil }
        self.stream = stream
        self.number = number
        self.isOpen = isOpen
        self.byteCount = byteCount
        self.modifiedMilliseconds = modifiedMilliseconds
    }
}
