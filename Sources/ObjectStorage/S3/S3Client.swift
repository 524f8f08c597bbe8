// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What the operations on one bucket share: settings, credentials, retry quota, connections.
final class S3Client: Sendable {
    /// Idle sessions that are kept; each holds its own connections.
    private static let idleSessionsMax = 4

    let bucket: BucketName
    let configuration: S3Configuration
    let credentials: any CredentialsSource
    let quota: RetryQuota
    let clock: StoreClock
    let traits: S3Traits
    let onRetry: @Sendable () -> Void
    let onWait: @Sendable (ObjectStoreError, Duration) -> Void
    private let idle = Mutex(IdleSessions())

    init(
        bucket: BucketName,
        configuration: S3Configuration,
        credentials: any CredentialsSource,
        quota: RetryQuota,
        clock: StoreClock,
        traits: S3Traits,
        onRetry: @escaping @Sendable () -> Void,
        onWait: @escaping @Sendable (ObjectStoreError, Duration) -> Void
    ) {
        self.bucket = bucket
        self.configuration = configuration
        self.credentials = credentials
        self.quota = quota
        self.clock = clock
        self.traits = traits
        self.onRetry = onRetry
        self.onWait = onWait
    }

    /// The time to sign for: the store's, where it has shown that this machine's is wrong.
    var secondsSince1970: Int { clock.secondsSince1970() + traits.secondsBehind }

    /// Runs `body` with an engine over an idle or a new session.
    func withEngine<Value>(
        _ deadline: ContinuousClock.Instant,
        _ patience: Patience?,
        _ body: (inout S3Engine) throws(ObjectStoreError) -> Value
    ) throws(ObjectStoreError) -> Value {
        var engine = S3Engine(self, try session(), deadline: deadline, patience)
        do throws(ObjectStoreError) {
            let value = try body(&engine)
            keep(engine.finish())
            return value
        } catch {
            keep(engine.finish())
            throw error
        }
    }

    private func session() throws(ObjectStoreError) -> CurlSession {
        if let kept = idle.withLock({ $0.take() }) { return CurlSession(adopting: kept) }
        do throws(TransportFailure) {
            return try CurlSession(configuration.limits)
        } catch {
            throw .unavailable(.connect, retryAfter: nil)
        }
    }

    private func keep(_ session: consuming CurlSession) {
        let state = session.release()
        let isKept = idle.withLock { $0.put(state, countMax: Self.idleSessionsMax) }
        // Adopted once more only to be freed.
        if !isKept { _ = CurlSession(adopting: state) }
    }

    /// Idle sessions, which are freed with this value.
    private struct IdleSessions: ~Copyable {
        private var sessions: [CurlSession.Idle] = []

        init() {}

        mutating func take() -> CurlSession.Idle? {
            sessions.popLast()
        }

        mutating func put(_ session: CurlSession.Idle, countMax: Int) -> Bool {
            guard sessions.count < countMax else { return false }
            sessions.append(session)
            return true
        }

        deinit {
            for session in sessions { _ = CurlSession(adopting: session) }
        }
    }
}
