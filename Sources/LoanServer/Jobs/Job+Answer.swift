// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanService

extension Job {
    /// Answers the call that began this job.
    ///
    /// With `Prefer: respond-async` at once: 202 and where to ask. Otherwise with the result; when
    /// that takes long, the head goes out and spaces follow, which JSON allows before a value, so
    /// that no load balancer takes the connection for dead. A failure after that is a body with
    /// `detail` under the status 200 that was sent already.
    func reply(to call: HTTPCall) -> HTTPReply {
        guard call.prefersAsync else { return .later { await self.answer() } }
        guard let announcement else { return .now(accepted) }
        return .later {
            // The client may ask another server next.
            for await _ in announcement {}
            return self.accepted
        }
    }

    private var accepted: HTTPAnswer {
        HTTPAnswer(
            202,
            contentType: "application/json",
            headers: location + [("preference-applied", "respond-async")],
            body: .bytes(record.json().serialized)
        )
    }

    private var location: [(name: String, value: String)] { [("location", "/jobs/\(id)")] }

    private func answer() async -> HTTPAnswer {
        if let outcome = await wait(atMost: limits.answerTime) { return Self.answer(outcome) }
        return HTTPAnswer(
            200,
            contentType: "application/json",
            headers: [("content-location", "/jobs/\(id)")],
            body: .stream(HTTPAnswer.Pieces(resultWithHeartbeat))
        )
    }

    private static func answer(_ outcome: Outcome) -> HTTPAnswer {
        switch outcome {
        case .success(let body): .json(200, body)
        case .failure(let refusal): .refusal(refusal)
        }
    }

    /// Spaces, then the result.
    private var resultWithHeartbeat: AsyncStream<[UInt8]> {
        .withHeartbeat(Array(" ".utf8), every: limits.heartbeatInterval) { continuation in
            await self.wait()
            switch self.outcome {
            case .success(let body): continuation.yield(body.serialized)
            case .failure(let refusal): continuation.yield(refusal.body.serialized)
            case nil: break
            }
        }
    }

    /// Server-sent events: `progress` as it comes, and `done` with the result at the end.
    var events: AsyncStream<[UInt8]> {
        let changes = changes()
        let beat = Array(": still there\n\n".utf8)
        return .withHeartbeat(beat, every: limits.heartbeatInterval) { continuation in
            continuation.yield(self.record.event("progress"))
            for await _ in changes { continuation.yield(self.record.event("progress")) }
            if self.outcome != nil { continuation.yield(self.record.event("done")) }
        }
    }
}

extension SharedJobs {
    /// The same events of a job of another server, as far as they are written. They end with the
    /// job, when it is forgotten, and when this server stops; as many callers may watch it as may
    /// watch a job of this server.
    func events(of first: JobRecord) -> AsyncStream<[UInt8]> {
        let beat = Array(": still there\n\n".utf8)
        return .withHeartbeat(beat, every: limits.heartbeatInterval) { continuation in
            let number = self.watchers.add(first.id) { continuation.finish() }
            defer { self.watchers.remove(number) }
            var seen = first
            continuation.yield(seen.event("progress"))
            while seen.outcome == nil, !Task.isCancelled {
                try? await Task.sleep(for: self.limits.sharedInterval)
                let found: JobRecord
                do throws(ServiceError) {
                    // A job that is forgotten has no end to report.
                    guard let record = try await self.find(first.id) else { return }
                    found = record
                } catch {
                    // A store that is away is asked again.
                    continue
                }
                if found.outcome == nil, found.report != seen.report {
                    continuation.yield(found.event("progress"))
                }
                seen = found
            }
            if seen.outcome != nil { continuation.yield(seen.event("done")) }
        }
    }
}

extension AsyncStream<[UInt8]> {
    /// The elements that `work` yields, with `beat` in between while nothing else comes. Ends with
    /// `work`, which is canceled when nobody listens.
    static func withHeartbeat(
        _ beat: [UInt8],
        every interval: Duration,
        _ work: @escaping @Sendable (Continuation) async -> Void
    ) -> AsyncStream<[UInt8]> {
        AsyncStream(bufferingPolicy: .bufferingNewest(8)) { continuation in
            let beats = Task {
                while (try? await Task.sleep(for: interval)) != nil { continuation.yield(beat) }
            }
            let working = Task {
                await work(continuation)
                continuation.finish()
            }
            continuation.onTermination = { _ in
                beats.cancel()
                working.cancel()
            }
        }
    }
}

extension HTTPCall {
    /// Whether the client would rather ask for the result later (RFC 7240).
    fileprivate var prefersAsync: Bool {
        headers.values(of: "prefer").contains { value in
            value.split(separator: ",").contains { preference in
                preference.split(separator: ";").first?.trimmed.lowercased() == "respond-async"
            }
        }
    }
}

extension Substring {
    /// Without spaces at both ends.
    fileprivate var trimmed: Substring { String(self).trimmed }
}
