// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import NIOCore

extension HTTPChannelHandler {
    /// Sends the pieces of a body as they come. The next piece is taken when the last one is on its
    /// way, so a slow client holds at most one; the stream is let go when the client leaves.
    func beginStream(_ stream: AsyncStream<[UInt8]>, isChunked: Bool, keepsAlive: Bool) {
        guard let context else { return }
        connection.beginAnswer()
        let loop = context.eventLoop
        let bound = NIOLoopBound(self, eventLoop: loop)
        streaming = Task {
            for await piece in stream where !piece.isEmpty {
                let sent = loop.flatSubmit { bound.value.send(piece, isChunked, on: loop) }
                guard (try? await sent.get()) != nil else { return }
            }
            loop.execute { bound.value.endStream(isChunked: isChunked, keepsAlive: keepsAlive) }
        }
    }

    private func send(
        _ piece: [UInt8],
        _ isChunked: Bool,
        on loop: any EventLoop
    ) -> EventLoopFuture<Void> {
        guard let context, connection.isAnswering else {
            return loop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        }
        if isChunked { output.writeChunk(piece) } else { output.writeBytes(piece) }
        let sent = loop.makePromise(of: Void.self)
        writeOutput(context, promise: sent)
        return sent.futureResult
    }

    private func endStream(isChunked: Bool, keepsAlive: Bool) {
        streaming = nil
        guard let context, connection.isAnswering else { return }
        if isChunked { output.writeString("0\r\n\r\n") }
        let now = MonotonicTime.now()
        if keepsAlive, !shared.isDraining {
            connection.endAnswer(now: now)
        } else {
            connection.end(now: now)
        }
        proceed(context)
    }
}
