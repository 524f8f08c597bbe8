// SPDX-License-Identifier: Apache-2.0

import CCurl
import Digest
import Glibc
import Machine

/// Exchanges that run side by side on the calling thread, over connections that are kept.
///
/// The handles of libcurl are used by the thread that holds this value, and freed with it. The
/// callbacks run within `step` only, on the same thread, while `running` holds the exchanges.
@safe struct CurlSession: ~Copyable {
    /// How often the clocks of exchanges are looked at, at least.
    private static let pollMillisecondsMax = 200.0

    /// libcurl's handle; nil after `release`.
    private var multi: UnsafeMutableRawPointer?
    private let limits: TransportLimits
    private var running: [RunningExchange] = []

    /// A session without connections.
    /// - Throws: `malformed` if the library cannot start.
    init(_ limits: TransportLimits) throws(TransportFailure) {
        guard CurlLibrary.isReady, let handle = unsafe curl_multi_init() else {
            throw .malformed
        }
        unsafe multi = handle
        self.limits = limits
    }

    /// A session that nobody uses, to be adopted by exactly one.
    ///
    /// Proof for the shared pointer: the session that released it does not use it again, and the
    /// one that adopts it is its only user from then on.
    @safe struct Idle: Sendable {
        fileprivate let multi: SharedPointer<UnsafeMutableRawPointer?>
        fileprivate let limits: TransportLimits
    }

    /// Goes on with the connections of an idle session.
    init(adopting idle: Idle) {
        unsafe multi = idle.multi.pointer
        limits = idle.limits
    }

    /// Ends what runs and keeps the connections for a later session.
    consuming func release() -> Idle {
        cancelAll()
        let idle = unsafe Idle(multi: SharedPointer(multi), limits: limits)
        unsafe multi = nil
        return idle
    }

    /// Begins an exchange; its outcome appears during a `step`.
    mutating func start(_ exchange: CurlExchange) {
        do throws(TransportFailure) {
            let easy = try EasyHandle(exchange, limits)
            guard unsafe curl_multi_add_handle(multi, easy.pointer) == CURLM_OK else {
                throw .malformed
            }
            running.append(RunningExchange(exchange, easy))
        } catch {
            exchange.outcome = .failure(error)
        }
    }

    /// Moves bytes for at most `duration`; returns early when something happened.
    mutating func step(atMost duration: Duration) {
        var count: Int32 = 0
        unsafe curl_multi_perform(multi, &count)
        finishEnded()
        if running.contains(where: { $0.exchange.outcome != nil }) { return sweep() }
        let milliseconds = max(1, min(duration / .milliseconds(1), Self.pollMillisecondsMax))
        unsafe curl_multi_poll(multi, nil, 0, Int32(milliseconds), nil)
        unsafe curl_multi_perform(multi, &count)
        finishEnded()
        let now = ContinuousClock.now
        for entry in running where entry.exchange.outcome == nil {
            if let failure = entry.watch(now, limits) {
                entry.exchange.fail(failure, status: entry.easy.status)
            }
        }
        sweep()
    }

    /// Waits while nothing runs.
    func wait(_ pause: Duration) {
        let milliseconds = Int32(min(pause / .milliseconds(1), 60_000))
        unsafe curl_multi_poll(multi, nil, 0, milliseconds, nil)
    }

    /// Ends what still runs.
    mutating func cancelAll() {
        for entry in running { unsafe curl_multi_remove_handle(multi, entry.easy.pointer) }
        running.removeAll()
    }

    private func finishEnded() {
        var left: Int32 = 0
        // The message is valid until the next call of libcurl with this session.
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            let handle = unsafe message.pointee.easy_handle
            let code = unsafe message.pointee.data.result
            for entry in running where unsafe entry.easy.pointer == handle {
                entry.exchange.finish(
                    code,
                    status: entry.easy.status,
                    proxyStatus: entry.easy.proxyStatus
                )
            }
        }
    }

    private mutating func sweep() {
        for entry in running where entry.exchange.outcome != nil {
            unsafe curl_multi_remove_handle(multi, entry.easy.pointer)
        }
        running.removeAll { $0.exchange.outcome != nil }
    }

    deinit {
        guard unsafe multi != nil else { return }
        for entry in running { unsafe curl_multi_remove_handle(multi, entry.easy.pointer) }
        unsafe curl_multi_cleanup(multi)
    }
}

/// The process-wide state of libcurl.
enum CurlLibrary {
    /// Starts the library once; false if it cannot.
    static let isReady: Bool = {
        // Handles are used by many threads, so libcurl must not touch signals itself
        // (CURLOPT_NOSIGNAL); a peer that closes early must not end the process.
        signal(SIGPIPE, SIG_IGN)
        // libcurl starts libcrypto as well.
        return LibCrypto.isReady && curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    }()
}
