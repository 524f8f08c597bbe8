// SPDX-License-Identifier: Apache-2.0

extension Job {
    /// What `/jobs` tells: identifier, kind, status, progress and, at the end, the result.
    /// - Parameter hasResult: whether the body of the answer is in it.
    func json(hasResult: Bool = true) -> JSONValue {
        let (report, outcome) = (report, outcome)
        var members: [(name: String, value: JSONValue)] = [
            ("id", .string(id)),
            ("kind", .string(kind.rawValue)),
            ("status", .string(Self.status(outcome, isCancelled: isCancelled))),
            ("progress", .real(report.share)),
            ("stage", .string(report.stage)),
            ("created_at", .real(createdAt)),
            ("seconds", .real(Double(elapsed.milliseconds) / 1000)),
        ]
        switch outcome {
        case .success(let body) where hasResult: members.append(("result", body))
        case .failure(let refusal) where hasResult:
            members.append(("status_code", .integer(refusal.status)))
            members.append(("error", refusal.body))
        case .success, .failure, nil: break
        }
        return .object(JSONObject(members))
    }

    private static func status(_ outcome: Outcome?, isCancelled: Bool) -> String {
        switch outcome {
        case nil: isCancelled ? "cancelling" : "running"
        case .success: "succeeded"
        case .failure(let refusal): refusal.status == 499 ? "cancelled" : "failed"
        }
    }
}

extension Duration {
    /// Whole milliseconds.
    fileprivate var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
