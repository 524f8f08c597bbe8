// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
package import Observability

/// What is counted of the record of decisions.
package struct RecordMetrics: Sendable {
    /// Why a decision is not on record.
    enum Absence: String, CaseIterable {
        /// The ring has no room.
        case full
        /// Nothing can be written.
        case obstacle
        /// It was not on the disk in time.
        case late
        /// It is larger than a frame.
        case large
        /// The model's files could not be kept.
        case model
        /// The record is closed.
        case stopped
    }

    private let dropped: [Absence: CounterSeries]
    private let refused: [Absence: CounterSeries]

    /// Help of these metrics.
    package static let descriptions = [
        MetricDescription(
            "loan_default.record.frames",
            "Frames of the decision record that were taken."
        ),
        MetricDescription("loan_default.record.rows", "Rows of decisions that are on record."),
        MetricDescription(
            "loan_default.record.dropped",
            "Rows that were answered and are not on record, by reason."
        ),
        MetricDescription(
            "loan_default.record.refused",
            "Calls that were not answered since they could not be recorded, by reason."
        ),
        MetricDescription(
            "loan_default.record.ring",
            "Bytes of the record's ring that wait to be written."
        ),
        MetricDescription("loan_default.record.ring.capacity", "Bytes of the record's ring."),
        MetricDescription(
            "loan_default.record.disk",
            "Bytes of all files in the record's folder."
        ),
        MetricDescription(
            "loan_default.record.uploads.waiting",
            "Sealed segments and pinned files that are not in the record's place yet."
        ),
        MetricDescription("loan_default.record.segments", "Segments that were sealed."),
        MetricDescription(
            "loan_default.record.sync.last",
            "How long the last sync of the record to the disk took."
        ),
        MetricDescription(
            "loan_default.record.up",
            "1 while decisions can be recorded, 0 while they cannot."
        ),
        MetricDescription(
            "loan_default.record.uploads.up",
            "1 while segments reach the record's place, 0 while they do not."
        ),
    ]

    init(_ registry: MetricsRegistry) {
        func series(_ label: String) -> [Absence: CounterSeries] {
            Dictionary(
                uniqueKeysWithValues: Absence.allCases.map { reason in
                    (reason, registry.counter(label, dimensions: [("reason", reason.rawValue)]))
                }
            )
        }
        dropped = series("loan_default.record.dropped")
        refused = series("loan_default.record.refused")
    }

    /// Shows what a recorder says of itself.
    func observe(_ recorder: DecisionRecorder, in registry: MetricsRegistry) {
        func show(
            _ label: String,
            _ kind: MetricKind = .gauge,
            unit: String = "",
            _ value: @escaping @Sendable (RecordState) -> Double?
        ) {
            registry.observe("loan_default.record.\(label)", kind, unit: unit) {
                [weak recorder] in
                recorder.flatMap { value($0.state) }
            }
        }
        show("frames", .counter) { Double($0.frames) }
        show("rows", .counter) { Double($0.rows) }
        show("segments", .counter) { Double($0.sealed) }
        show("ring", unit: "bytes") { Double($0.ringBytes) }
        show("ring.capacity", unit: "bytes") { Double($0.ringCapacity) }
        show("disk", unit: "bytes") { Double($0.diskBytes) }
        show("uploads.waiting") { Double($0.waitingForUpload) }
        show("sync.last", unit: "seconds") { $0.lastSync.map { $0 / .seconds(1) } }
        show("up") { $0.isWorking ? 1 : 0 }
        show("uploads.up") { $0.uploadObstacle == nil ? 1 : 0 }
    }

    /// Rows are answered and not on record.
    func dropped(_ reason: Absence, rows: Int) {
        dropped[reason]?.increment(by: Int64(rows))
    }

    /// A call is not answered.
    func refused(_ reason: Absence) { refused[reason]?.increment() }
}

extension RecordMetrics.Absence {
    /// What a refusal is counted as.
    init(_ refusal: RecordRefusal) {
        self =
            switch refusal {
            case .ringFull: .full
            case .obstacle: .obstacle
            case .tooLarge: .large
            case .notDurable: .late
            case .stopped: .stopped
            }
    }
}
