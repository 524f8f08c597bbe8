// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import NIOCore

/// Watches whether a client takes its answers.
struct UnreadAnswers {
    private var byteCount = 0
    private var since: MonotonicTime?

    /// Whether output has waited for `limit` without any of it being taken.
    mutating func areStalled(
        _ context: ChannelHandlerContext,
        _ now: MonotonicTime,
        limit: Duration
    ) -> Bool {
        guard !context.channel.isWritable else { return false }
        let options = context.channel.syncOptions
        let waiting = (try? options?.getOption(.bufferedWritableBytes)) ?? 0
        if since == nil || waiting != byteCount {
            byteCount = waiting
            since = now
        }
        return since.map { now.nanoseconds(since: $0) >= limit.nanosecondsClamped } ?? false
    }
}
