// SPDX-License-Identifier: Apache-2.0

/// Something about a record that an auditor must know.
package struct RecordFinding: Sendable, Equatable {
    /// The stream.
    package let stream: String
    /// The number of the segment.
    package let segment: UInt64
    /// Where it is in the segment, in bytes; nil where it is about the segment as a whole.
    package let offset: Int?
    /// The sequence of the frame that it is about; nil where there is none.
    package let sequence: UInt64?
    /// One sentence.
    package let sentence: String
}

/// The digest of a sealed segment. Whoever has noted it when the segment was sealed can prove that
/// neither this segment nor any before it was changed, and that none was cut off.
package struct RecordHead: Sendable, Equatable {
    /// The stream.
    package let stream: String
    /// The number of the segment.
    package let segment: UInt64
    /// From its footer.
    package let digest: [UInt8]

    /// Gathers the values.
    package init(stream: String, segment: UInt64, digest: [UInt8]) {
        self.stream = stream
        self.segment = segment
        self.digest = digest
    }
}
