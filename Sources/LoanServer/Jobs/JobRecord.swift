// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// A job at one moment, as those who may ask for it see it, whichever server runs it.
struct JobRecord: Equatable, Sendable {
    var id: String
    var kind: Job.Kind
    /// Stands for whoever began it; see `JobCaller`.
    var mark: String
    /// Seconds since 1970.
    var createdAt: Double
    var report: Job.Report
    /// Whether it was asked to stop.
    var isCancelled: Bool
    /// How it ended; nil while it runs.
    var outcome: Job.Outcome?
    /// Since its start, until its end.
    var seconds: Double
    /// When the server that runs it wrote this; seconds since 1970.
    var writtenAt: Double

    /// What `/jobs` reports: identifier, kind, status, progress and, at the end, the result.
    /// - Parameter hasResult: whether the body of the answer is in it.
    func json(hasResult: Bool = true) -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("id", .string(id)),
            ("kind", .string(kind.rawValue)),
            ("status", .string(status)),
            ("progress", .real(report.share)),
            ("stage", .string(report.stage)),
            ("created_at", .real(createdAt)),
            ("seconds", .real(seconds)),
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

    private var status: String {
        switch outcome {
        case nil: isCancelled ? "cancelling" : "running"
        case .success: "succeeded"
        case .failure(let refusal): refusal.status == 499 ? "cancelled" : "failed"
        }
    }

    /// An event of a stream.
    func event(_ name: String) -> [UInt8] {
        Array("event: \(name)\ndata: ".utf8) + json(hasResult: name == "done").serialized
            + Array("\n\n".utf8)
    }
}

/// How a record is stored for other servers.
extension JobRecord {
    private static let format = 1

    /// The record as it is stored.
    var stored: JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("format", .integer(Self.format)),
            ("id", .string(id)),
            ("kind", .string(kind.rawValue)),
            ("mark", .string(mark)),
            ("created_at", .real(createdAt)),
            ("share", .real(report.share)),
            ("stage", .string(report.stage)),
            ("is_cancelled", .bool(isCancelled)),
            ("seconds", .real(seconds)),
            ("written_at", .real(writtenAt)),
        ]
        switch outcome {
        case .success(let body): members += [("status", .integer(200)), ("body", body)]
        case .failure(let refusal):
            members += [("status", .integer(refusal.status)), ("body", refusal.body)]
        case nil: break
        }
        return .object(JSONObject(members))
    }

    /// Reads what another server stored; nil for anything else.
    init?(stored bytes: [UInt8]) {
        guard let object = (try? JSONParser.parse(bytes))?.object,
            object.number("format") == Double(Self.format),
            case .string(let id)? = object["id"],
            case .string(let kindName)? = object["kind"], let kind = Job.Kind(rawValue: kindName),
            case .string(let mark)? = object["mark"],
            case .string(let stage)? = object["stage"],
            case .bool(let isCancelled)? = object["is_cancelled"],
            let createdAt = object.number("created_at"), let share = object.number("share"),
            let seconds = object.number("seconds"), let writtenAt = object.number("written_at")
        else { return nil }
        var outcome: Job.Outcome?
        if let status = object.number("status").flatMap({ Int(exactly: $0) }) {
            guard let body = object["body"] else { return nil }
            outcome =
                status == 200
                ? .success(body) : .failure(ErrorResponse(status: status, body: body))
        }
        self.init(
            id: id,
            kind: kind,
            mark: mark,
            createdAt: createdAt,
            report: .init(share: share, stage: stage),
            isCancelled: isCancelled,
            outcome: outcome,
            seconds: seconds,
            writtenAt: writtenAt
        )
    }
}

extension JSONObject {
    /// A number of a size that times, shares and statuses have: a duration can be made of it.
    fileprivate func number(_ name: String) -> Double? {
        guard case .number(let number)? = self[name], abs(number.value) < 1e12 else { return nil }
        return number.value
    }
}
