// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
internal import JSON
internal import LoanService

/// What `audit verify` prints.
struct VerificationReport {
    private let verification: RecordVerification

    init(_ verification: RecordVerification) { self.verification = verification }

    /// For people.
    var lines: [String] { verification.streams.flatMap(Self.lines) }

    private static func lines(_ stream: StreamVerification) -> [String] {
        let state = stream.isSound ? "sound" : "NOT SOUND"
        let frames = Self.frames(stream, .decisions)
        var lines = [
            "stream \(stream.stream): \(state)",
            "  segments   \(stream.segments), from \(stream.first) to \(stream.last)",
            "  decisions  \(stream.counts.rows) in \(frames) \(frames == 1 ? "frame" : "frames")",
        ]
        lines += times(stream) + others(stream) + stream.gaps.map(line)
        let unlisted = stream.gapCount - stream.gaps.count
        if unlisted > 0 { lines.append("  and \(unlisted) more gaps") }
        if let head = stream.head { lines.append("  head       \(text(head))") }
        lines += stream.notes.map { "  note       \(line($0))" }
        lines += stream.faults.map { "  finding    \(line($0))" }
        let more = stream.faultCount - stream.faults.count
        if more > 0 { lines.append("  and \(more) more findings") }
        return lines
    }

    private static func frames(_ stream: StreamVerification, _ type: RecordFrameType) -> UInt64 {
        stream.counts.frames[type] ?? 0
    }

    private static func times(_ stream: StreamVerification) -> [String] {
        guard stream.counts.firstMilliseconds > 0 else { return [] }
        let (first, last) = (stream.counts.firstMilliseconds, stream.counts.lastMilliseconds)
        return [
            "  times      \(RecordTime.text(ofMilliseconds: first)) to "
                + RecordTime.text(ofMilliseconds: last)
        ]
    }

    private static func others(_ stream: StreamVerification) -> [String] {
        [RecordFrameType.outcomes, .shadow].compactMap { type in
            let count = frames(stream, type)
            return count == 0 ? nil : "  \(type.name.padded(to: 11))\(count) frames"
        }
    }

    private static func line(_ gap: GapFrame) -> String {
        let rows = gap.rows == 0 ? "decisions, nobody knows how many," : "\(gap.rows) decisions"
        return "  gap        \(rows) are not recorded, from "
            + "\(RecordTime.text(ofMilliseconds: gap.fromMilliseconds)) to "
            + "\(RecordTime.text(ofMilliseconds: gap.toMilliseconds)): \(gap.cause.words)"
    }

    private static func line(_ finding: RecordFinding) -> String {
        let place =
            ["segment \(finding.segment)"]
            + (finding.offset.map { ["offset \($0)"] } ?? [])
            + (finding.sequence.map { ["frame \($0)"] } ?? [])
        return "\(place.joined(separator: ", ")): \(finding.sentence)"
    }

    private static func text(_ head: RecordHead) -> String {
        "\(head.stream)/\(head.segment)/\(RecordNames.hex(head.digest))"
    }

    /// For programs.
    var json: [UInt8] {
        let value = JSONValue.members([
            "sound": .bool(verification.isSound),
            "streams": .array(verification.streams.map(Self.json)),
        ])
        return value.serialized + [UInt8(ascii: "\n")]
    }

    private static func json(_ stream: StreamVerification) -> JSONValue {
        let counts = stream.counts
        let types: [RecordFrameType] = [.decisions, .context, .gap, .outcomes, .shadow]
        return .members([
            "stream": .string(stream.stream),
            "sound": .bool(stream.isSound),
            "segments": .integer(stream.segments),
            "first_segment": .integer(Int(clamping: stream.first)),
            "last_segment": .integer(Int(clamping: stream.last)),
            "rows": .integer(Int(clamping: counts.rows)),
            "frames": .object(
                JSONObject(
                    types.map { type in
                        (type.name, JSONValue.integer(Int(clamping: counts.frames[type] ?? 0)))
                    }
                )
            ),
            "first_time": time(counts.firstMilliseconds),
            "last_time": time(counts.lastMilliseconds),
            "gap_count": .integer(stream.gapCount),
            "gaps": .array(stream.gaps.map(json)),
            "head": stream.head.map { .string(text($0)) } ?? .null,
            "notes": .array(stream.notes.map(json)),
            "finding_count": .integer(stream.faultCount),
            "findings": .array(stream.faults.map(json)),
        ])
    }

    private static func json(_ gap: GapFrame) -> JSONValue {
        .members([
            "rows": .integer(Int(clamping: gap.rows)),
            "frames": .integer(Int(clamping: gap.frames)),
            "from": time(gap.fromMilliseconds),
            "to": time(gap.toMilliseconds),
            "cause": .string(gap.cause.words),
        ])
    }

    private static func json(_ finding: RecordFinding) -> JSONValue {
        .members([
            "segment": .integer(Int(clamping: finding.segment)),
            "offset": finding.offset.map { .integer($0) } ?? .null,
            "sequence": finding.sequence.map { .integer(Int(clamping: $0)) } ?? .null,
            "sentence": .string(finding.sentence),
        ])
    }

    private static func time(_ milliseconds: Int64) -> JSONValue {
        milliseconds == 0 ? .null : .string(RecordTime.text(ofMilliseconds: milliseconds))
    }
}
