// SPDX-License-Identifier: Apache-2.0

/// What a record is started with.
package struct RecordConfiguration: Sendable {
    /// What is promised.
    package var mode: RecordMode
    /// The folder of the record; made with mode 0700 where it is not there.
    package var folder: String
    /// The name of this server's chain of segments; nil: the one that the folder keeps, which is
    /// made of the host's name and a random part.
    package var stream: String?
    /// Bytes of the ring, which holds what is not yet in a segment.
    package var ringByteCount: Int
    /// Bytes after which a segment is sealed.
    package var segmentByteCountMax: Int
    /// How long after its first decision a segment is sealed.
    package var segmentAge: Duration
    /// Bytes that all files of the folder may take together.
    package var diskByteCountMax: Int
    /// How long segments are kept.
    package var retention: Duration
    /// Version and revision of this program.
    package var build: String
    /// Whether the ids that are appended are HMACs of those that callers know.
    package var hashesIDs: Bool

    /// - Parameters:
    ///   - mode: what is promised; `off` is for callers, who make no recorder then.
    ///   - folder: where the record is written.
    ///   - stream: letters, digits, `.`, `_` and `-`, at most ``RecordLimits/streamBytesMax``.
    ///   - ringByteCount: within ``RecordLimits/ringBytesRange``.
    ///   - segmentByteCountMax: within ``RecordLimits/segmentBytesRange``.
    ///   - segmentAge: above zero.
    ///   - diskByteCountMax: at least ``RecordLimits/diskBytesMin``, and room for the ring and two
    ///     segments.
    ///   - retention: above zero; 760 days are 25 months.
    ///   - build: what is written into headers.
    ///   - hashesIDs: what is written into headers.
    package init(
        mode: RecordMode,
        folder: String,
        stream: String? = nil,
        ringByteCount: Int = 64 << 20,
        segmentByteCountMax: Int = 64 << 20,
        segmentAge: Duration = .seconds(60),
        diskByteCountMax: Int = 10 << 30,
        retention: Duration = .seconds(760 * 86_400),
        build: String,
        hashesIDs: Bool = false
    ) {
        self.mode = mode
        self.folder = folder
        self.stream = stream
        self.ringByteCount = ringByteCount
        self.segmentByteCountMax = segmentByteCountMax
        self.segmentAge = segmentAge
        self.diskByteCountMax = diskByteCountMax
        self.retention = retention
        self.build = build
        self.hashesIDs = hashesIDs
    }

    /// Refuses what no record can be made with.
    package func validate() throws(RecordError) {
        if let stream, !StreamName.isValid(stream) { throw .stream(stream) }
        try Self.check(ringByteCount, in: RecordLimits.ringBytesRange, .ringBytes)
        try Self.check(segmentByteCountMax, in: RecordLimits.segmentBytesRange, .segmentBytes)
        let needed = max(
            RecordLimits.diskBytesMin,
            ringByteCount + 2 * segmentByteCountMax
        )
        try Self.check(diskByteCountMax, in: needed...(1 << 50), .diskBytes)
        guard segmentAge > .zero else { throw .setting(.segmentAge, minimum: 1, maximum: nil) }
        guard retention > .zero else { throw .setting(.retention, minimum: 1, maximum: nil) }
    }

    private static func check(
        _ value: Int,
        in range: ClosedRange<Int>,
        _ setting: RecordSetting
    ) throws(RecordError) {
        guard !range.contains(value) else { return }
        throw .setting(setting, minimum: range.lowerBound, maximum: range.upperBound)
    }
}
