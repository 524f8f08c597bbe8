// SPDX-License-Identifier: Apache-2.0

import DecisionRecord
import Foundation
import LoanService
import TestSupport
import Testing

/// What a server has on record, for tests.
struct RecordedDecisions {
    /// One frame of decisions.
    struct Frame {
        let id: String
        let frame: DecisionFrame
        let context: DecisionContext

        var head: DecisionHead { frame.head }
        var values: [Float] { Array(frame.values) }
        var margins: [Float] { Array(frame.margins) }
        var numbers: [Float] { Array(frame.numbers) }
        var prepared: [Float] { Array(frame.prepared) }
    }

    let frames: [Frame]
    let gaps: Int

    /// Settings of a record in a fresh folder.
    static func settings(
        _ folder: TemporaryFolder,
        mode: String,
        idKey: [UInt8]? = nil
    ) throws -> RecordSettings? {
        try RecordSettings.of(
            folder: folder.path("record"),
            mode: mode,
            place: nil,
            ringBytes: 4 << 20,
            diskBytes: nil,
            retentionDays: nil,
            stream: "here",
            idKey: idKey
        )
    }

    /// Everything that is on record in a folder.
    init(_ folder: TemporaryFolder) throws {
        let place = RecordPlace(folder: folder.path("record"))
        var contexts: [ContextNumber: DecisionContext] = [:]
        var frames: [Frame] = []
        var gaps = 0
        for segment in try place.segments(of: "here") {
            try place.read(segment) { (frame) throws(RecordReadError) in
                switch try frame.content() {
                case .context(let number, let context): contexts[number] = context
                case .decisions(let decisions):
                    if let context = contexts[decisions.head.context] {
                        let id = String(decoding: decisions.id, as: UTF8.self)
                        frames.append(Frame(id: id, frame: decisions, context: context))
                    }
                case .gap: gaps += 1
                default: break
                }
                return true
            }
        }
        self.frames = frames
        self.gaps = gaps
        let verification = try RecordVerification.of(place)
        #expect(verification.isSound, "\(verification.streams.flatMap(\.faults))")
    }

    /// The frames of a call, in their order.
    subscript(id: String) -> [Frame] { frames.filter { $0.id == id } }
}
