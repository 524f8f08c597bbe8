// SPDX-License-Identifier: Apache-2.0

import CCurl
import Digest
import Glibc

/// Exchanges that run side by side on the calling thread, over connections that are kept.
///
/// The handles of libcurl are used by the thread that holds this value, and freed with it. The
/// callbacks run within `step` only, on the same thread, while `running` holds the exchanges.
struct CurlSession: ~Copyable {
    /// How often the clocks of exchanges are looked at, at least.
    private static let pollMillisecondsMax = 200.0

    /// An address as a number, so that an idle session can be kept for another thread.
    private var multi: UInt
    private let limits: TransportLimits
    private var running: [RunningExchange] = []

    /// A session without connections.
    /// - Throws: `malformed` if the library cannot start.
    init(_ limits: TransportLimits) throws(TransportFailure) {
        guard CurlLibrary.isReady, let handle = unsafe curl_multi_init() else {
            throw .malformed
        }
        multi = UInt(bitPattern: handle)
        self.limits = limits
    }

    /// A session that nobody uses, to be adopted by exactly one.
    struct Idle: Sendable {
        fileprivate let multi: UInt
        fileprivate let limits: TransportLimits
    }

    /// Goes on with the connections of an idle session.
    init(adopting idle: Idle) {
        multi = idle.multi
        limits = idle.limits
    }

    /// Ends what runs and keeps the connections for a later session.
    consuming func release() -> Idle {
        cancelAll()
        let idle = Idle(multi: multi, limits: limits)
        multi = 0
        return idle
    }

    /// Begins an exchange; its outcome appears during a `step`.
    mutating func start(_ exchange: CurlExchange) {
        do throws(TransportFailure) {
            let easy = try EasyHandle(exchange, limits)
            guard unsafe curl_multi_add_handle(pointer, easy.pointer) == CURLM_OK else {
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
        unsafe curl_multi_perform(pointer, &count)
        finishEnded()
        if running.contains(where: { $0.exchange.outcome != nil }) { return sweep() }
        let milliseconds = max(1, min(duration / .milliseconds(1), Self.pollMillisecondsMax))
        unsafe curl_multi_poll(pointer, nil, 0, Int32(milliseconds), nil)
        unsafe curl_multi_perform(pointer, &count)
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
        unsafe curl_multi_poll(pointer, nil, 0, milliseconds, nil)
    }

    /// Ends what still runs.
    mutating func cancelAll() {
        for entry in running { unsafe curl_multi_remove_handle(pointer, entry.easy.pointer) }
        running.removeAll()
    }

    private var pointer: UnsafeMutableRawPointer? {
        unsafe UnsafeMutableRawPointer(bitPattern: multi)
    }

    private func finishEnded() {
        var left: Int32 = 0
        // The message is valid until the next call of libcurl with this session.
        while let message = unsafe curl_multi_info_read(pointer, &left) {
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
            unsafe curl_multi_remove_handle(pointer, entry.easy.pointer)
        }
        running.removeAll { $0.exchange.outcome != nil }
    }

    deinit {
        guard multi != 0 else { return }
        for entry in running { unsafe curl_multi_remove_handle(pointer, entry.easy.pointer) }
        unsafe curl_multi_cleanup(pointer)
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
