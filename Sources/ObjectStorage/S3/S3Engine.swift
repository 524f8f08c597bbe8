// SPDX-License-Identifier: Apache-2.0

/// Runs the jobs of one operation side by side on the calling thread: signs, sends, judges and
/// repeats them, until the deadline.
struct S3Engine: ~Copyable {
    private let client: S3Client
    private let deadline: ContinuousClock.Instant
    private let patience: Patience?
    private var session: CurlSession
    private var jobs: [S3Job] = []

    init(
        _ client: S3Client,
        _ session: consuming CurlSession,
        deadline: ContinuousClock.Instant,
        _ patience: Patience?
    ) {
        self.client = client
        self.session = session
        self.deadline = deadline
        self.patience = patience
    }

    /// Adds a call; it is sent during `wait`.
    mutating func add(_ call: S3Call) -> S3Job {
        let job = S3Job(call, due: client.clock.now())
        jobs.append(job)
        return job
    }

    /// Waits for a job, while the others go on.
    /// - Throws: what the job ends with, or `deadlineExceeded`.
    mutating func wait(for job: S3Job) throws(ObjectStoreError) -> TransportResponse {
        while job.outcome == nil {
            let now = client.clock.now()
            if now >= deadline { throw .deadlineExceeded }
            var pause = deadline - now
            for job in jobs where job.exchange == nil && job.outcome == nil {
                if job.due <= now { try start(job) } else { pause = min(pause, job.due - now) }
            }
            session.step(atMost: pause)
            for job in jobs { judge(job) }
        }
        jobs.removeAll { $0.outcome != nil }
        guard let outcome = job.outcome else { throw .malformedAnswer }
        return try outcome.get()
    }

    /// Sends what is due, without waiting for answers.
    mutating func advance() throws(ObjectStoreError) {
        let now = client.clock.now()
        for job in jobs where job.exchange == nil && job.outcome == nil && job.due <= now {
            try start(job)
        }
        session.step(atMost: .zero)
        for job in jobs { judge(job) }
    }

    /// Ends the jobs in flight and gives back the connections.
    consuming func finish() -> CurlSession {
        session.cancelAll()
        return session
    }

    private mutating func start(_ job: S3Job) throws(ObjectStoreError) {
        let credentials: Credentials
        do throws(ObjectStoreError) {
            credentials = try client.credentials.credentials()
        } catch {
            // Credentials come over the same network as a rule.
            guard patience != nil, case .noCredentials(let failure) = error, failure.mayPass
            else { throw error }
            return fail(job, error, .timedOut)
        }
        let request = job.call.signed(
            client.configuration,
            client.bucket,
            credentials,
            payloadHash: job.payloadHash,
            secondsSince1970: client.secondsSince1970
        )
        let exchange = CurlExchange(request)
        job.credentials = credentials
        job.exchange = exchange
        session.start(exchange)
    }

    private func judge(_ job: S3Job) {
        guard let exchange = job.exchange, let result = exchange.outcome else { return }
        job.exchange = nil
        switch result {
        case .success(let answer):
            let isRead = job.call.method == "GET"
            let verdict = S3Verdict(answer, isRead: isRead, now: client.secondsSince1970)
            if verdict == .success, !job.isWhole(answer) {
                fail(job, .unavailable(.interrupted, retryAfter: nil), .answered)
            } else if verdict == .success, !job.isOfItsVersion(answer) {
                job.outcome = .failure(.preconditionFailed)
            } else {
                apply(verdict, to: job, answer)
            }
        case .failure(.answerTooLong) where job.call.range != nil:
            fail(job, .unavailable(.interrupted, retryAfter: nil), .answered)
        case .failure(let failure):
            let isConditional = client.traits.keepsReadConditions
            job.keepPartial(exchange.answer, isConditional: isConditional)
            apply(S3Verdict(failure), to: job, exchange.answer)
        }
    }

    private func apply(_ verdict: S3Verdict, to job: S3Job, _ answer: TransportResponse) {
        if !client.traits.hasBucket, answer.provesBucket { client.traits.haveBucket() }
        switch verdict {
        case .success:
            patience?.end()
            client.quota.give(job.price)
            job.outcome = .success(job.joined(answer))
        case .final(let error):
            patience?.end()
            job.outcome = .failure(error)
        case .transient(let error, let price):
            fail(job, error, price)
        case .expired:
            refresh(job)
        case .skewed(let storeTime):
            correctTime(of: job, storeTime)
        }
    }

    private func fail(_ job: S3Job, _ error: ObjectStoreError, _ price: RetryPrice) {
        job.failures += 1
        let now = client.clock.now()
        var retries = client.configuration.retries
        if job.failures < retries.attemptsMax, client.quota.take(price) {
            job.price = price
        } else if let patience, patience.waits(error, at: now) {
            // Too seldom to weigh on the store, and so that its return is soon seen.
            retries.backoffMax = retries.waitingBackoffMax
            job.price = nil
        } else {
            job.outcome = .failure(error)
            return
        }
        var retryAfter: Duration?
        if case .unavailable(_, let asked) = error { retryAfter = asked }
        let pause = retries.backoff(
            failures: job.failures,
            fraction: client.clock.randomFraction(),
            retryAfter: retryAfter
        )
        job.due = now + pause
        // A wait beyond the deadline cannot help; the caller learns the cause at once.
        if job.due >= deadline { job.outcome = .failure(error) } else { client.onRetry() }
    }

    /// Signs further requests for the store's time, which only the store can check.
    private func correctTime(of job: S3Job, _ storeTime: Int) {
        let behind = storeTime - client.clock.secondsSince1970()
        guard !job.hasCorrectedTime else {
            job.outcome = .failure(.clockSkew(seconds: behind))
            return
        }
        job.hasCorrectedTime = true
        client.traits.correctTime(by: behind)
        client.onRetry()
    }

    private func refresh(_ job: S3Job) {
        guard !job.hasRefreshed, let rejected = job.credentials else {
            job.outcome = .failure(.noCredentials(.expired))
            return
        }
        job.hasRefreshed = true
        do throws(ObjectStoreError) {
            _ = try client.credentials.refreshed(rejected: rejected)
        } catch {
            job.outcome = .failure(error)
        }
    }
}
