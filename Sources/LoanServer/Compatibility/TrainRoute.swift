// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService
internal import LoanTraining

/// `POST /train`: trains a model on prepared data, as a job. The model is served by its name then.
struct TrainRoute: Sendable {
    let service: LoanService
    let jobs: JobStore

    func start(
        _ body: JSONValue,
        for caller: JobCaller
    ) throws(ServiceError) -> Job {
        let request = try FieldReader.read(body, TrainRequest.init)
        try service.check(request)
        return try jobs.start(.train, for: caller) { [service] job throws(ServiceError) in
            let trained = try await service.trainAndServe(request) { progress in
                job.report(.init(share: progress.share, stage: progress.title))
                return !job.isCancelled
            }
            let answer = trained.result.json(withFigures: request.asksForFigures)
            return answer.with(warnings: trained.result.warnings)
        }
    }
}

extension TrainOutcome {
    /// The documented answer; of another table with what its label calls the two classes, with
    /// the policy that is stored, where there is one, and with the figures of the card where
    /// anything was asked of that.
    fileprivate func json(withFigures: Bool) -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            // The documented spelling.
            ("msg", .string("Model trained succesfully")),
            ("validation scores", scores.json),
        ]
        let names = scores.classNames(classNames)
        if !names.isEmpty { members.append(("classes", .object(JSONObject(names)))) }
        if let policy {
            members.append(
                (
                    "policy",
                    .members(["digest": .string(policy.digest), "is_kept": .bool(policy.isKept)])
                )
            )
        }
        if let fitting = fitting.json { members.append(("fitting", fitting)) }
        if let calibration { members.append(("calibration", calibration.json)) }
        if withFigures, let validation { members.append(("figures", validation.summary)) }
        return .object(JSONObject(members))
    }
}

extension TrainRequest {
    /// Whether more is asked for than the documented call answers.
    fileprivate var asksForFigures: Bool { card != nil || elderlyCheck != nil }
}

extension ModelScores {
    /// What stands for each class in the scores, where that is another word.
    fileprivate func classNames(
        _ names: (negative: String, positive: String)
    ) -> [(name: String, value: JSONValue)] {
        let documented = TableSchema.creditRisk.classNames
        guard classes != nil, names != documented else { return [] }
        return [
            (documented.negative, .string(names.negative)),
            (documented.positive, .string(names.positive)),
        ]
    }
}
