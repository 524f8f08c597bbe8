// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanService

/// `POST /data`: prepares a table of applications for training, as a job.
struct DataRoute: Sendable {
    let service: LoanService
    let jobs: JobStore

    func start(
        _ body: JSONValue,
        for caller: JobCaller
    ) throws(ServiceError) -> Job {
        let request = try FieldReader.read(body, DataRequest.init)
        try service.check(request)
        return try jobs.start(.data, for: caller) { [service] job throws(ServiceError) in
            let prepared = try await service.prepareData(request) { progress in
                job.report(.init(share: progress.overall, stage: progress.stage.title))
                return !job.isCancelled
            }
            var members: [(name: String, value: JSONValue)] = [
                ("message", .string("Data successfully processed and saved"))
            ]
            if let facts = prepared.facts { members.append(("split", facts.outline)) }
            return JSONValue.object(JSONObject(members)).with(warnings: prepared.warnings)
        }
    }
}

extension DataProgress {
    /// The done part of all stages, each counted alike.
    fileprivate var overall: Double {
        let stages = Stage.allCases
        let before = stages.firstIndex(of: stage) ?? 0
        return (Double(before) + share) / Double(stages.count)
    }
}
