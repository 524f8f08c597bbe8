// SPDX-License-Identifier: Apache-2.0

/// Whether a record is as it was written: each frame by its checksum and sequence, each segment by
/// its counts and digest, and each stream by the chain of these digests.
///
/// Who can write to the place can also write a whole new chain. That is found out only by somebody
/// who has a digest from before, and gives it as a head.
package struct RecordVerification: Sendable {
    /// In the order of their names.
    package let streams: [StreamVerification]

    /// Whether nothing is wrong.
    package var isSound: Bool { streams.allSatisfy(\.isSound) }

    /// Reads a whole record, in bounded memory. Blocks.
    /// - Parameters:
    ///   - streams: the names of some streams; nil: all.
    ///   - heads: digests that must be those of their segments.
    ///   - progress: called before each segment is read.
    /// - Throws: where the place cannot be read. What is wrong with the record is no error.
    package static func of(
        _ place: RecordPlace,
        streams names: [String]? = nil,
        heads: [RecordHead] = [],
        progress: (RecordSegment) -> Void = { _ in }
    ) throws(RecordReadError) -> RecordVerification {
        let all = try place.streams()
        var streams: [StreamVerification] = []
        for name in names ?? all {
            guard all.contains(name) else { throw .noStream(name: name) }
            var verifier = StreamVerifier(name, heads.filter { $0.stream == name })
            for segment in try place.segments(of: name) {
                progress(segment)
                try verifier.read(segment, in: place)
            }
            streams.append(verifier.finish())
        }
        // A stream that is gone altogether is missed only by who has a head of it.
        let missing = Set(heads.map(\.stream)).subtracting(all).sorted()
        for name in missing where names?.contains(name) ?? true {
            let verifier = StreamVerifier(name, heads.filter { $0.stream == name })
            streams.append(verifier.finish())
        }
        return RecordVerification(streams: streams)
    }
}
