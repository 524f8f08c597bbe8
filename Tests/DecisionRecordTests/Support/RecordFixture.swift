// SPDX-License-Identifier: Apache-2.0

import DecisionRecord
import Foundation
import Synchronization
import TestSupport

/// A record in a folder of its own.
struct RecordFixture {
    let temporary: TemporaryFolder
    let events = EventLog()
    var configuration: RecordConfiguration
    var timing = RecordTiming()
    var disk: any SegmentDisk = LinuxSegmentDisk()
    var store: (any RecordStore)?

    init(_ mode: RecordMode = .required, segmentBytes: Int = 1 << 20) throws {
        temporary = try TemporaryFolder()
        configuration = RecordConfiguration(
            mode: mode,
            folder: temporary.path("record"),
            stream: "server-1",
            ringByteCount: 1 << 20,
            segmentByteCountMax: segmentBytes,
            diskByteCountMax: 64 << 20,
            build: "0.0.0"
        )
        timing.retry = .milliseconds(5)
        timing.room = .milliseconds(200)
        timing.durable = .seconds(5)
    }

    func open() throws -> DecisionRecorder {
        try DecisionRecorder(
            configuration,
            store: store,
            timing: timing,
            disk: disk,
            onEvent: { [events] in events.add($0) }
        )
    }

    var place: RecordPlace { RecordPlace(folder: configuration.folder) }
    var streamFolder: String { configuration.folder + "/server-1" }

    /// What a process that is killed now would leave: a copy of the folder as it is.
    func copyOfNow() throws -> RecordFixture {
        var copy = try RecordFixture(configuration.mode)
        try FileManager.default.copyItem(
            atPath: configuration.folder,
            toPath: copy.configuration.folder
        )
        copy.configuration.ringByteCount = configuration.ringByteCount
        copy.configuration.segmentByteCountMax = configuration.segmentByteCountMax
        copy.timing = timing
        return copy
    }

    /// All frames of the stream.
    func contents() throws -> [(frame: RecordFrame, content: RecordContent)] {
        var all: [(RecordFrame, RecordContent)] = []
        for segment in try place.segments(of: "server-1") {
            try place.read(segment) { frame throws(RecordReadError) in
                all.append((frame, try frame.content()))
                return true
            }
        }
        return all
    }

    /// The ids of the decisions, in order.
    func ids() throws -> [String] {
        try contents().compactMap {
            guard case .decisions(let decisions) = $0.content else { return nil }
            return String(decoding: decisions.id, as: UTF8.self)
        }
    }

    /// The gaps, in order.
    func gaps() throws -> [GapFrame] {
        try contents().compactMap {
            guard case .gap(let gap) = $0.content else { return nil }
            return gap
        }
    }

    func verification(heads: [RecordHead] = []) throws -> RecordVerification {
        try RecordVerification.of(place, heads: heads)
    }
}

/// What a record has said.
final class EventLog: Sendable {
    private let content = Mutex<[RecordEvent]>([])

    var all: [RecordEvent] { content.withLock { $0 } }

    func add(_ event: RecordEvent) { content.withLock { $0.append(event) } }

    /// The heads of the segments that were sealed.
    var heads: [RecordHead] {
        all.compactMap {
            guard case .sealed(let stream, let segment, let digest, _) = $0 else { return nil }
            let bytes = stride(from: 0, to: digest.utf8.count, by: 2).compactMap { place in
                UInt8(digest.dropFirst(place).prefix(2), radix: 16)
            }
            return RecordHead(stream: stream, segment: segment, digest: bytes)
        }
    }
}

extension DecisionContext {
    /// A model of two numbers and a category.
    static func applications(_ generation: String = "1") -> DecisionContext {
        DecisionContext(
            model: "risk",
            generation: generation,
            modelDigest: [UInt8](repeating: 7, count: 32),
            policyDigest: [UInt8](repeating: 9, count: 32),
            build: "0.0.0",
            kind: "binary",
            features: [
                Feature(name: "person_age", kind: .number),
                Feature(
                    name: "loan_grade",
                    kind: .category,
                    isCode: true,
                    categories: ["A", "B", ""]
                ),
                Feature(name: "loan_int_rate", kind: .number),
            ],
            kernels: ["scalar"],
            bands: ["low", "high"],
            rules: ["YOUNG"],
            objective: "binary:logistic"
        )
    }
}

extension DecisionRecorder {
    /// Appends one decision.
    @discardableResult
    func appendOne(
        _ context: ContextNumber,
        id: String,
        time: Int64 = 1_800_000_000_000,
        mayWait: Bool = false
    ) throws(RecordRefusal) -> RecordTicket {
        let id = Array(id.utf8)
        let numbers: [Float] = [42, .nan]
        let codes: [UInt8] = [1]
        let margins: [Float] = [-1.5]
        let values: [Float] = [0.182_425_52]
        return try append(
            DecisionHead(
                context: context,
                timeMilliseconds: time,
                transport: .predict,
                rowCount: 1
            ),
            id: id.span,
            numbers: numbers.span,
            codes: codes.span,
            margins: margins.span,
            values: values.span,
            mayWait: mayWait
        )
    }
}

/// Waits until something is so, for ten seconds at most.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<2_000 {
        if try condition() { return true }
        usleep(5_000)
    }
    return false
}

/// Counts on several threads.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .acquiring) }

    func add() { count.add(1, ordering: .releasing) }
}
