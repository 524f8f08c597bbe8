// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The first provider that is configured, with its credentials kept and renewed in time.
///
/// Renewal begins five minutes before the end, spread over a minute so that a fleet does not ask
/// at once. One thread renews; others go on with what is kept, and wait only when that has ended.
/// While a renewal fails the old credentials are used until they end, with pauses between tries.
/// Those who wait for a renewal that fails share its failure: each would wait as long again.
package final class CredentialsChain: CredentialsSource {
    /// How long before the end renewal begins, in seconds.
    static let leadSeconds = 300
    /// Over how many seconds the beginning is spread.
    static let jitterSeconds = 60
    /// The pause after a renewal that failed, in seconds.
    static let pauseSeconds = 10

    private let providers: [any CredentialsProvider]
    private let environment: [String: String]
    private let outside: CredentialsOutside
    private let clock: StoreClock
    private let state = Mutex(State())
    /// Held by the one thread that renews.
    private let renewal = Mutex(())

    /// The chain of the AWS tools: environment, web identity, profile, container, instance. The
    /// endpoints of containers and instances are never asked through a proxy.
    /// - Parameters:
    ///   - environment: the variables of the process, read once by the caller.
    ///   - region: where STS is asked.
    ///   - network: how STS is reached.
    package convenience init(
        environment: [String: String],
        region: String,
        network: NetworkSettings = NetworkSettings(),
        clock: StoreClock = .system
    ) {
        let outside = CredentialsOutside.system
        self.init(
            providers: [
                EnvironmentProvider(environment: environment),
                AssumedRoleRefusal(),
                WebIdentityProvider(
                    environment: environment,
                    region: region,
                    network: network,
                    outside: outside
                ),
                ProfileProvider(environment: environment, outside: outside),
                ContainerProvider(environment: environment, outside: outside),
                InstanceProvider(environment: environment, outside: outside),
            ],
            environment: environment,
            outside: outside,
            clock: clock
        )
    }

    private init(
        providers: [any CredentialsProvider],
        environment: [String: String],
        outside: CredentialsOutside,
        clock: StoreClock
    ) {
        self.providers = providers
        self.environment = environment
        self.outside = outside
        self.clock = clock
    }

    package func credentials() throws(ObjectStoreError) -> Credentials {
        let kept = state.withLock { $0 }
        let now = clock.secondsSince1970()
        if let credentials = kept.credentials {
            if now < kept.renewAt { return credentials }
            if now < credentials.expires ?? .max {
                // Someone renews already, or this thread does while others use the old ones.
                return renewalIfFree(of: credentials) ?? credentials
            }
        }
        return try renewal.withLock { _ throws(ObjectStoreError) in
            try failIfFailed(since: kept)
            return try renewed(unless: { now < $0.credentials?.expires ?? .max })
        }
    }

    package func refreshed(
        rejected: Credentials
    ) throws(ObjectStoreError) -> Credentials {
        let kept = state.withLock { $0 }
        return try renewal.withLock { _ throws(ObjectStoreError) in
            try failIfFailed(since: kept)
            // Another thread may have renewed while this one waited.
            return try renewed(unless: { $0.credentials != nil && $0.credentials != rejected })
        }
    }

    private struct State {
        var credentials: Credentials?
        /// Seconds since 1970.
        var renewAt = Int.min
        /// Renewals that have failed, and why the last one of them did.
        var failureCount = 0
        var failure: ObjectStoreError?
    }

    /// Shares the failure of a renewal that ended while this thread waited; called under `renewal`.
    private func failIfFailed(since before: State) throws(ObjectStoreError) {
        let kept = state.withLock { $0 }
        guard kept.failureCount != before.failureCount, kept.credentials == before.credentials,
            let failure = kept.failure
        else { return }
        throw failure
    }

    private func renewalIfFree(of old: Credentials) -> Credentials? {
        renewal.withLockIfAvailable { _ in
            try? renewed(unless: { $0.credentials != old })
        } ?? nil
    }

    /// Fetches new credentials, unless the kept ones are fine; called under `renewal`.
    private func renewed(
        unless isFine: (State) -> Bool
    ) throws(ObjectStoreError) -> Credentials {
        let kept = state.withLock { $0 }
        if let credentials = kept.credentials, isFine(kept) { return credentials }
        do throws(ObjectStoreError) {
            let credentials = try fetch()
            let now = clock.secondsSince1970()
            state.withLock { state in
                state.credentials = credentials
                state.renewAt = renewal(of: credentials, now: now)
            }
            return credentials
        } catch {
            let pauseEnd = clock.secondsSince1970() + Self.pauseSeconds
            state.withLock { state in
                state.renewAt = max(state.renewAt, pauseEnd)
                state.failureCount += 1
                state.failure = error
            }
            throw error
        }
    }

    private func renewal(of credentials: Credentials, now: Int) -> Int {
        guard let expires = credentials.expires else { return .max }
        let jitter = Int(clock.randomFraction() * Double(Self.jitterSeconds))
        // Credentials that live for less are renewed at half of their time.
        return max(expires - Self.leadSeconds - jitter, now + max(0, expires - now) / 2)
    }

    private func fetch() throws(ObjectStoreError) -> Credentials {
        var search = CredentialsSearch(environment, outside)
        for provider in providers {
            guard let credentials = try provider.fetch(in: &search) else { continue }
            if let expires = credentials.expires, expires <= clock.secondsSince1970() {
                throw .noCredentials(.provider(provider.name))
            }
            return credentials
        }
        throw .noCredentials(.noProvider)
    }
}
