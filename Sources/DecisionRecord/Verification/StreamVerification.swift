// SPDX-License-Identifier: Apache-2.0

/// What was found of one stream.
package struct StreamVerification: Sendable {
    /// Gaps that are listed; more are counted.
    package static let gapsMax = 1_000
    /// Faults that are listed; more are counted.
    package static let faultsMax = 1_000

    /// The name.
    package let stream: String
    /// Segments that were read.
    package var segments = 0
    /// The number of the first one; 0 where there is none.
    package var first: UInt64 = 0
    /// The number of the last one; likewise.
    package var last: UInt64 = 0
    /// What is in all of them.
    package var counts = FrameCounts()
    /// Decisions that are known to be missing, in the order of the record.
    package var gaps: [GapFrame] = []
    /// How many gaps there are.
    package var gapCount = 0
    /// What is wrong.
    package var faults: [RecordFinding] = []
    /// How many faults there are.
    package var faultCount = 0
    /// What is not wrong and still good to know.
    package var notes: [RecordFinding] = []
    /// The last sealed segment; nil where there is none, or where it has a fault.
    package var head: RecordHead?

    /// Whether nothing is wrong.
    package var isSound: Bool { faultCount == 0 }

    init(_ stream: String) { self.stream = stream }

    mutating func add(_ gap: GapFrame) {
        gapCount += 1
        if gaps.count < Self.gapsMax { gaps.append(gap) }
    }

    mutating func addFault(
        _ sentence: String,
        segment: UInt64,
        offset: Int? = nil,
        sequence: UInt64? = nil
    ) {
        faultCount += 1
        guard faults.count < Self.faultsMax else { return }
        faults.append(finding(sentence, segment, offset, sequence))
    }

    mutating func addNote(_ sentence: String, segment: UInt64) {
        notes.append(finding(sentence, segment, nil, nil))
    }

    private func finding(
        _ sentence: String,
        _ segment: UInt64,
        _ offset: Int?,
        _ sequence: UInt64?
    ) -> RecordFinding {
        RecordFinding(
            stream: stream,
            segment: segment,
            offset: offset,
            sequence: sequence,
            sentence: sentence
        )
    }
}
