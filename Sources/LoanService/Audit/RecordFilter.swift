// SPDX-License-Identifier: Apache-2.0

package import DecisionRecord
package import LoanModel

/// Which decisions of a record are meant: those for which all of this holds.
package struct RecordFilter: Sendable {
    /// From this time on, in milliseconds since 1970.
    package var from: Int64?
    /// Before this time, likewise.
    package var to: Int64?
    /// Of the model of this name.
    package var model: String?
    /// Of this stored generation.
    package var generation: String?
    /// In the band of this name.
    package var band: String?
    /// Decided so.
    package var decision: Decision?
    /// Of the request with this id, as the record has it.
    package var id: [UInt8]?
    /// Asked for in this way.
    package var transport: DecisionTransport?
    /// In the stream of this name.
    package var stream: String?

    /// All decisions.
    package init() {}

    /// Whether decisions of a context can be meant.
    func takes(_ context: DecisionContext) -> Bool {
        (model.map { $0 == context.model } ?? true)
            && (generation.map { $0 == context.generation } ?? true)
            && (band.map { context.bands.contains($0) } ?? true)
    }

    /// Whether rows of a frame can be meant.
    func takes(_ frame: DecisionFrame) -> Bool {
        let head = frame.head
        return (from.map { head.timeMilliseconds >= $0 } ?? true)
            && (to.map { head.timeMilliseconds < $0 } ?? true)
            && (transport.map { head.transport == $0 } ?? true)
            && (id.map { frame.id.elementsEqual($0) } ?? true)
    }

    /// The rows of a frame that are meant; nil where all are.
    func rows(_ frame: DecisionFrame, _ context: DecisionContext) -> [Int]? {
        guard band != nil || decision != nil else { return nil }
        let band = band.flatMap { context.bands.firstIndex(of: $0) }.map { UInt8(clamping: $0) }
        let (bands, outcomes) = (frame.bands, frame.outcomes)
        return (0..<frame.head.rowCount).filter { row in
            if let band {
                guard row < bands.count, bands[bands.startIndex + row] == band else { return false }
            }
            guard let decision else { return true }
            return row < outcomes.count
                && outcomes[outcomes.startIndex + row] == UInt8(decision.rank)
        }
    }
}
