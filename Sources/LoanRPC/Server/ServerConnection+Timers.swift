// SPDX-License-Identifier: Apache-2.0

package import Machine

extension ServerConnection {
    /// When `expire` must be called next, if nothing else happens.
    package func nextTimeout() -> MonotonicTime {
        switch phase {
        case .ended: return .distantFuture
        case .preface, .hello: return openedAt.advanced(by: limits.helloTimeout)
        case .open, .draining: break
        }
        var next = drainBy
        if phase == .open { next = min(next, openedAt.advanced(by: ageMax)) }
        if inputHeldSince == nil { next = min(next, nextInputTimeout()) }
        for stream in streams.values where !stream.isAnswered { next = min(next, stream.deadline) }
        return next
    }

    /// When the peer must have sent something.
    private func nextInputTimeout() -> MonotonicTime {
        var next: MonotonicTime
        if let pingSentAt {
            next = pingSentAt.advanced(by: limits.keepaliveTimeout)
        } else {
            next = lastReceivedAt.advanced(by: limits.keepaliveInterval)
        }
        if let frameStartedAt {
            let slow = frameStartedAt.advanced(by: limits.frameSlowTime)
            next = min(next, slow.advanced(by: slowFrameAllowance))
        }
        return next
    }

    /// From now on the peer's bytes are not read, because it does not read ours: what it sends may
    /// not be late meanwhile.
    package mutating func holdInput(now: MonotonicTime) {
        inputHeldSince = inputHeldSince ?? now
    }

    /// The peer's bytes are read again, and its time goes on.
    package mutating func releaseInput(now: MonotonicTime) {
        guard let since = inputHeldSince else { return }
        inputHeldSince = nil
        let held = Duration.nanoseconds(now.nanoseconds(since: since))
        lastReceivedAt = lastReceivedAt.advanced(by: held)
        pingSentAt = pingSentAt?.advanced(by: held)
        frameStartedAt = frameStartedAt?.advanced(by: held)
    }

    /// The time that the bytes of an unfinished frame have earned, beyond the first seconds.
    private var slowFrameAllowance: Duration {
        .milliseconds(frameBytesSeen * 1000 / max(1, limits.frameRateMin) + 1)
    }

    /// What the time has brought. Called at `nextTimeout`; earlier calls do no harm.
    package mutating func expire(now: MonotonicTime) -> [ServerAction] {
        switch phase {
        case .ended: return []
        case .preface, .hello:
            guard now >= openedAt.advanced(by: limits.helloTimeout) else { return [] }
            return [end(with: .close(.helloTimeout))]
        case .open, .draining: break
        }
        if inputHeldSince == nil, let frameStartedAt {
            let slow = frameStartedAt.advanced(by: limits.frameSlowTime)
            if now >= slow.advanced(by: slowFrameAllowance) {
                return [end(with: .close(.slowFrame))]
            }
        }
        var actions = expireStreams(now)
        if inputHeldSince == nil {
            if let pingSentAt {
                if now >= pingSentAt.advanced(by: limits.keepaliveTimeout) {
                    return actions + [end(with: .close(.noPong))]
                }
            } else if now >= lastReceivedAt.advanced(by: limits.keepaliveInterval) {
                pingSentAt = now
                actions.append(.ping(UInt64(bitPattern: now.nanoseconds)))
            }
        }
        if phase == .open, now >= openedAt.advanced(by: ageMax) {
            if let goAway = drain("connection age", now: now) { actions.append(.drain(goAway)) }
        }
        if now >= drainBy { actions.append(end(with: .close(.drained))) }
        return actions
    }

    private mutating func expireStreams(_ now: MonotonicTime) -> [ServerAction] {
        let expired = streams.filter { !$0.value.isAnswered && $0.value.deadline <= now }
        return expired.keys.sorted().map { abort($0, .deadlineExceeded, now) }
    }

    /// Stops accepting streams. Returns the GOAWAY to send, or nil when there is none.
    package mutating func drain(_ reason: String, now: MonotonicTime) -> GoAway? {
        guard phase == .open else { return nil }
        phase = .draining
        drainBy = now.advanced(by: limits.drainGrace)
        return GoAway(
            lastStream: lastStream,
            code: .ok,
            reason: reason,
            grace: limits.drainGrace
        )
    }

    /// Whether a drained connection has nothing left to do.
    package var isDrained: Bool { phase == .draining && streams.isEmpty }
}
