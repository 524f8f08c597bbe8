// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import JSON
internal import LoanService
internal import Logging
internal import Synchronization

/// The jobs of all servers that share a folder: each writes how its own stand, and any of them
/// answers for all.
///
/// The objects have fixed names, of which each identifier stands for one, so that their number is
/// bounded and nothing has to be removed. A job whose server has written nothing for a while has
/// ended with that server.
final class SharedJobs: Sendable {
    /// Names of objects, which a single call lists.
    static let placeCount = 1_000
    /// Jobs of other servers in a list; the newest.
    static let listedMax = 64

    private let folder: SharedFolder
    let limits: JobLimits
    private let logger: Logger
    let watchers: EventWatchers
    /// Records that were read, by place, with their versions.
    private let known = Mutex<[String: (tag: String, record: JobRecord)]>([:])

    init(folder: SharedFolder, limits: JobLimits, logger: Logger) {
        self.folder = folder
        self.limits = limits
        self.logger = logger
        watchers = EventWatchers(countMax: limits.watchersMax)
    }

    /// The place of a job's record; nil for what is not an identifier of a job.
    static func place(of id: String) -> String? {
        guard UUID(uuidString: id)?.uuidString.lowercased() == id,
            let number = Int(id.suffix(4), radix: 16)
        else { return nil }
        let digits = String(number % placeCount)
        return String(repeating: "0", count: 3 - digits.count) + digits
    }

    private static func record(_ place: String) -> String { "jobs/\(place)" }
    /// The object that asks a job to stop.
    private static func cancellation(_ place: String) -> String { "cancellations/\(place)" }

    // MARK: Jobs of other servers

    /// A job of another server.
    /// - Returns: nil where there is none, or where it has been forgotten.
    func find(_ id: String) async throws(ServiceError) -> JobRecord? {
        guard let place = Self.place(of: id) else { return nil }
        guard case .found(let bytes, _) = try await folder.read(Self.record(place), for: .callers),
            let record = JobRecord(stored: bytes), record.id == id
        else { return nil }
        return asOfNow(record)
    }

    /// The newest jobs of all servers.
    func all() async throws(ServiceError) -> [JobRecord] {
        let oldest = Date.now.timeIntervalSince1970 - limits.keptTime / .seconds(1)
        let places = try await folder.list("jobs/").filter { $0.modified >= oldest }
            .sorted { $0.modified > $1.modified }.prefix(Self.listedMax)
        var records: [JobRecord] = []
        for place in places {
            guard let record = try await record(in: place.name, tag: place.tag),
                Self.place(of: record.id) == place.name
            else { continue }
            if let current = asOfNow(record) { records.append(current) }
        }
        return records
    }

    /// The record of a place; read where another version than this is known.
    private func record(in place: String, tag: String) async throws(ServiceError) -> JobRecord? {
        if let known = known.withLock({ $0[place] }), known.tag == tag { return known.record }
        guard
            case .found(let bytes, let tag) = try await folder.read(
                Self.record(place),
                for: .callers
            ), let record = JobRecord(stored: bytes)
        else { return nil }
        known.withLock { known in
            if known.count >= Self.placeCount { known.removeAll() }
            known[place] = (tag, record)
        }
        return record
    }

    /// A record as it is to be shown; nil for a job that has been forgotten.
    private func asOfNow(_ record: JobRecord) -> JobRecord? {
        let age = Duration.seconds(Date.now.timeIntervalSince1970 - record.writtenAt)
        guard age < limits.keptTime else { return nil }
        guard record.outcome == nil, age > limits.lostTime else { return record }
        var record = record
        record.outcome = .failure(
            ErrorResponse(
                .unavailable(
                    message: "the server that ran this job stopped, or cannot reach the store, "
                        + "since \(Int(age / .seconds(1))) s: begin the job again",
                    retryAfterSeconds: 10
                )
            )
        )
        return record
    }

    /// Asks the server of a job to stop it.
    func cancel(_ record: JobRecord) async throws(ServiceError) {
        guard let place = Self.place(of: record.id) else { return }
        try await folder.write(Self.cancellation(place), Array(record.id.utf8))
    }

    // MARK: Jobs of this server

    /// Writes the current state of a job.
    /// - Returns: whether its place was free, or its own.
    private func write(_ job: Job, _ place: String) async throws(ServiceError) -> Bool {
        var replaced = SharedFolder.Replaced.nothing
        if case .found(let bytes, let tag) = try await folder.read(Self.record(place)) {
            let other = JobRecord(stored: bytes).flatMap { $0.id == job.id ? nil : asOfNow($0) }
            guard other == nil || other?.outcome != nil else { return false }
            replaced = .version(tag: tag)
        }
        let bytes = job.record.stored.serialized
        _ = try await folder.write(Self.record(place), bytes, replacing: replaced)
        return true
    }

    /// Writes the state of a job, and looks whether it is asked to stop, until its end is written.
    /// - Parameter onAnnounced: called once other servers find the job, or cannot for now; again
    ///   later on.
    func follow(_ job: Job, onAnnounced: () -> Void) async {
        defer { onAnnounced() }
        guard let place = Self.place(of: job.id) else { return }
        var failures = 0
        while true {
            let hasEnded = job.outcome != nil
            do throws(ServiceError) {
                guard try await write(job, place) else {
                    return log(job, "another job has its place")
                }
                failures = 0
                if hasEnded { return }
                if !job.isCancelled, try await isCancelled(job, place) { job.cancel() }
            } catch {
                failures += 1
                if failures == 1 { log(job, error.sentence) }
                if hasEnded, failures >= limits.sharedAttemptsMax { return }
            }
            onAnnounced()
            if Task.isCancelled { return }
            if hasEnded {
                try? await Task.sleep(for: limits.sharedInterval)
            } else {
                _ = await job.wait(atMost: limits.sharedInterval)
            }
        }
    }

    private func isCancelled(_ job: Job, _ place: String) async throws(ServiceError) -> Bool {
        guard case .found(let bytes, _) = try await folder.read(Self.cancellation(place)) else {
            return false
        }
        return bytes == Array(job.id.utf8)
    }

    private func log(_ job: Job, _ reason: String) {
        logger.warning(
            "other servers do not learn how a job stands",
            metadata: [
                LogKey.operation: "\(job.kind.rawValue)", LogKey.error: "\(reason)",
            ]
        )
    }
}
