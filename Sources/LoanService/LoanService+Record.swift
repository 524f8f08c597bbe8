// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import Observability

/// The record of decisions.
extension LoanService {
    /// What watches answers; nil while nothing does, which is all that a call then costs.
    package var answers: AnswerHook? { hook.isOn ? hook : nil }

    /// The record of this server; nil where it keeps none.
    package var record: ServiceRecord? { hook.record }

    /// Writes, seals and uploads what is left of the record, once all calls are answered.
    package func stopRecord() async {
        guard let record else { return }
        try? await onOwnThread(named: "record") { () throws(ServiceError) in record.stop() }
    }
}

extension ServiceRecord {
    /// Opens the record whose sealed segments go where the settings say; blocking.
    convenience init(
        _ settings: RecordSettings,
        _ resolver: StorageResolver,
        metrics: MetricsRegistry,
        logger: Logger
    ) throws(StorageSetupError) {
        let store: RecordObjectStore?
        do throws(ServiceError) {
            store = try settings.place.map { (place) throws(ServiceError) in
                // The operator chooses the place; the buckets are those of requests.
                var resolver = resolver
                resolver.buckets = nil
                let found = try resolver.resolve(place, as: .object)
                return RecordObjectStore(found.store, prefix: found.key)
            }
        } catch {
            throw StorageSetupError(reason: "--record-place: \(error.sentence)")
        }
        try self.init(settings, store: store, metrics: metrics, logger: logger)
    }
}
