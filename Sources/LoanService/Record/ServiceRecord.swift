// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
internal import Glibc
internal import Logging
package import Machine
internal import Observability

/// The record of this server's decisions: takes them from all transports and says whether they may
/// be answered.
package final class ServiceRecord: Sendable {
    /// What is promised about an answer.
    package var mode: String { recorder.mode.rawValue }
    /// Whether answers wait until they are on the disk.
    package let isDurable: Bool
    /// Whether a decision that cannot be recorded is not answered.
    package let refuses: Bool

    let recorder: DecisionRecorder
    let metrics: RecordMetrics
    private let settings: RecordSettings
    let logger: Logger

    /// Opens the record; blocking.
    /// - Parameter store: where sealed segments go; nil keeps them in the folder.
    /// - Throws: why the record cannot be kept, as a sentence.
    init(
        _ settings: RecordSettings,
        store: (any RecordStore)?,
        metrics registry: MetricsRegistry,
        logger: Logger
    ) throws(StorageSetupError) {
        do throws(RecordError) {
            recorder = try DecisionRecorder(settings.configuration, store: store) { event in
                event.log(to: logger)
            }
        } catch {
            throw StorageSetupError(reason: "--record \(settings.folder): \(error)")
        }
        self.settings = settings
        self.logger = logger
        isDurable = settings.mode == .durable
        refuses = settings.mode.refuses
        metrics = RecordMetrics(registry)
        metrics.observe(recorder, in: registry)
    }

    /// How the record is doing.
    package var state: ServiceRecordState {
        ServiceRecordState(recorder.state, settings)
    }

    /// Why traffic should go elsewhere: one line; nil where it may come.
    package var obstacle: String? { refuses ? recorder.state.obstacle : nil }

    /// Writes what is left, seals and uploads, within a time; refuses what comes after. Blocking.
    package func stop() { recorder.stop() }

    // MARK: Answers

    /// Keeps rows that are about to be answered; see `AnswerHook.answered`.
    func keep(
        _ answer: RecordedAnswer,
        of rowCount: Int,
        numbers: Span<Float>,
        codes: Span<UInt8>,
        prepared: Span<Float>,
        margins: Span<Float>,
        values: Span<Float>
    ) throws(ServiceError) -> UInt64? {
        guard let contexts = answer.model.source?.contexts else {
            return try absent(answer)
        }
        let head = DecisionHead(
            context: prepared.isEmpty ? contexts.raw : contexts.prepared,
            timeMilliseconds: Self.now,
            transport: answer.origin.transport.recorded,
            rowCount: answer.rows.count,
            firstRow: answer.origin.firstRow
        )
        let extras = answer.extras.map { RecordedExtras($0) } ?? .none
        do throws(RecordRefusal) {
            let ticket = try recordedID(answer.origin.id).withBytes {
                (id) throws(RecordRefusal) in
                try recorder.append(
                    head,
                    id: id,
                    numbers: numbers,
                    codes: codes,
                    prepared: prepared,
                    columnStride: rowCount,
                    rowOffset: answer.rows.lowerBound,
                    unknown: extras.unknown,
                    margins: margins,
                    values: values,
                    calibrated: extras.calibrated.span,
                    points: extras.points.span,
                    bands: extras.bands.span,
                    outcomes: extras.outcomes.span,
                    rules: extras.rules.span,
                    reasons: extras.reasons,
                    mayWait: answer.mayWait
                )
            }
            guard ticket.isRecorded else {
                metrics.dropped(recorder.state.isWorking ? .full : .obstacle, rows: head.rowCount)
                return nil
            }
            return isDurable ? ticket.entry : nil
        } catch {
            let reason = RecordMetrics.Absence(error)
            guard refuses else {
                metrics.dropped(reason, rows: head.rowCount)
                return nil
            }
            metrics.refused(reason)
            throw ServiceError(error)
        }
    }

    /// The model is not one that the record knows.
    private func absent(_ answer: RecordedAnswer) throws(ServiceError) -> UInt64? {
        guard refuses else {
            metrics.dropped(.model, rows: answer.rows.count)
            return nil
        }
        metrics.refused(.model)
        throw .unavailable(
            message: "the decision cannot be recorded: the files of model "
                + "\(answer.origin.model) could not be kept when it was loaded; load it again",
            retryAfterSeconds: 5
        )
    }

    /// The id as it is recorded.
    func recordedID(_ id: CallID) -> CallID {
        settings.idKey?.hashed(id) ?? id
    }

    /// Milliseconds since 1970.
    private static var now: Int64 {
        var now = timespec()
        // The clock exists on every Linux and writes into the local variable only.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    // MARK: Durability

    /// Waits until an answer may be sent, without keeping a thread.
    /// - Parameters:
    ///   - ticket: what `AnswerHook.answered` has returned.
    ///   - done: takes nil where it may be sent, or else why not; on any thread.
    package func settle(
        _ ticket: UInt64,
        _ done: @escaping @Sendable (ServiceError?) -> Void
    ) {
        recorder.whenDurable(RecordTicket(entry: ticket)) { [metrics] refusal in
            guard let refusal else { return done(nil) }
            metrics.refused(RecordMetrics.Absence(refusal))
            done(ServiceError(refusal))
        }
    }

    /// The same for tasks.
    package func settled(_ ticket: UInt64) async throws(ServiceError) {
        let failure: ServiceError? = await withCheckedContinuation { waiter in
            settle(ticket) { waiter.resume(returning: $0) }
        }
        if let failure { throw failure }
    }
}
