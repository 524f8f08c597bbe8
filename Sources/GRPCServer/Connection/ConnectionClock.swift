// SPDX-License-Identifier: Apache-2.0

package import Machine

/// When a connection ends, and why: a value without input or output.
package struct ConnectionClock: Sendable {
    /// What to do.
    package enum Action: Equatable, Sendable {
        case nothing
        case ping
        /// Announce the end; streams are still taken.
        case announceEnd
        /// Take no further streams.
        case endAfterStreams
        /// Whatever is under way is given up.
        case close
    }

    private enum Phase: Equatable, Sendable {
        /// Nothing has come so far.
        case opening(until: MonotonicTime)
        case serving
        /// The end is announced.
        case announced(until: MonotonicTime)
        case ending(until: MonotonicTime)
    }

    private let limits: GRPCLimits
    private let grace: Duration
    private let oldAt: MonotonicTime
    private var phase: Phase
    private var silentSince: MonotonicTime
    private var isPinged = false

    /// - Parameters:
    ///   - openingTime: how long the first bytes may take.
    ///   - grace: how long streams may take after the end.
    ///   - jitter: from -1 to 1.
    package init(
        _ limits: GRPCLimits,
        openingTime: Duration,
        grace: Duration,
        jitter: Double,
        now: MonotonicTime
    ) {
        self.limits = limits
        self.grace = grace
        phase = .opening(until: now.advanced(by: openingTime))
        silentSince = now
        let share = 1 + jitter * Double(limits.connectionAgeJitterPercent) / 100
        oldAt = now.advanced(by: limits.connectionAgeMax * share)
    }

    /// Whether no further streams are taken.
    package var isEnding: Bool { if case .ending = phase { true } else { false } }

    /// Bytes have come.
    package mutating func receive(now: MonotonicTime) {
        silentSince = now
        isPinged = false
        if case .opening = phase { phase = .serving }
    }

    /// The server stops, or its memory is needed.
    package mutating func end(now: MonotonicTime) -> Action {
        switch phase {
        case .opening: return .close
        case .serving:
            phase = .announced(until: now.advanced(by: limits.endNoticeTime))
            return .announceEnd
        case .announced, .ending: return .nothing
        }
    }

    /// When `expire` has something to say.
    package var nextTimeout: MonotonicTime {
        switch phase {
        case .opening(let end): end
        case .serving: min(oldAt, silence)
        case .announced(let end): min(end, silence)
        case .ending(let end): min(end, silence)
        }
    }

    private var silence: MonotonicTime {
        let pingAt = silentSince.advanced(by: limits.keepaliveInterval)
        return isPinged ? pingAt.advanced(by: limits.keepaliveTimeout) : pingAt
    }

    /// Time has passed.
    package mutating func expire(now: MonotonicTime) -> Action {
        switch phase {
        case .opening(let end) where end <= now: return .close
        case .serving where oldAt <= now: return end(now: now)
        case .announced(let end) where end <= now:
            phase = .ending(until: now.advanced(by: grace))
            return .endAfterStreams
        case .ending(let end) where end <= now: return .close
        case .opening, .serving, .announced, .ending: break
        }
        guard silence <= now else { return .nothing }
        if isPinged { return .close }
        isPinged = true
        return .ping
    }
}
