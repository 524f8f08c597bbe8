// SPDX-License-Identifier: Apache-2.0

/// An exchange in flight with its clocks.
final class RunningExchange {
    let exchange: CurlExchange
    let easy: EasyHandle
    private var lastMove = ContinuousClock.now
    private var lastBytes = 0
    private var wasSent = false
    private var windowStart = ContinuousClock.now
    private var windowBytes = 0

    init(_ exchange: CurlExchange, _ easy: EasyHandle) {
        self.exchange = exchange
        self.easy = easy
    }

    /// Whether the exchange has become too slow.
    func watch(
        _ now: ContinuousClock.Instant,
        _ limits: TransportLimits
    ) -> TransportFailure? {
        let bytes = exchange.bytesMoved
        if bytes != lastBytes { (lastMove, lastBytes) = (now, bytes) }
        if !exchange.hasAnswer {
            // Connecting has its own limit; this one begins with the last byte sent.
            if !wasSent, easy.isSent { (wasSent, lastMove) = (true, now) }
            return wasSent && now - lastMove > exchange.request.firstByteMax ? .firstByte : nil
        }
        guard now - windowStart >= limits.stallWindow else { return nil }
        let seconds = max(1, Int(limits.stallWindow / .seconds(1)))
        let isSlow = bytes - windowBytes < limits.bytesPerSecondMin * seconds
        (windowStart, windowBytes) = (now, bytes)
        return isSlow ? .stalled : nil
    }
}
