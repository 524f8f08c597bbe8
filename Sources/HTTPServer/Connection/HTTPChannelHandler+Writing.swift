// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import NIOCore

extension HTTPChannelHandler {
    func flush(_ context: ChannelHandlerContext) {
        guard connection.isEnding else {
            guard output.readableBytes > 0 else { return }
            return writeOutput(context)
        }
        guard !isEndWritten else { return }
        isEndWritten = true
        let last = context.eventLoop.makePromise(of: Void.self)
        writeOutput(context, promise: last)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        last.futureResult.whenComplete { _ in bound.value.linger() }
    }

    /// Writes the answers that wait. What is more than little counts until the client has taken it.
    func writeOutput(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>? = nil) {
        let (answers, body) = (output, sharedBody)
        output = ByteBuffer()
        sharedBody = nil
        var promise = promise
        let byteCount = answers.readableBytes + (body?.readableBytes ?? 0)
        if byteCount > Self.shortWriteMax {
            let written = promise ?? context.eventLoop.makePromise()
            promise = written
            // Encryption makes a copy of what is shared.
            let held = answers.readableBytes + (shared.usesTLS ? body?.readableBytes ?? 0 : 0)
            outputCount += held
            unread.begin(byteCount: byteCount, now: .now())
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            written.futureResult.whenComplete { _ in
                bound.value.endWrite(byteCount: byteCount, held: held)
            }
        }
        guard let body else {
            return context.writeAndFlush(wrapOutboundOut(answers), promise: promise)
        }
        isWriting = true
        context.write(wrapOutboundOut(answers), promise: nil)
        isWriting = false
        context.writeAndFlush(wrapOutboundOut(body), promise: promise)
    }

    /// The client has taken a write, or is gone.
    private func endWrite(byteCount: Int, held: Int) {
        outputCount -= held
        unread.take(byteCount: byteCount, now: .now())
        if context != nil { _ = countBytes() }
    }

    /// The last answer is sent. The client's bytes are read and dropped for a moment: closing over
    /// unread bytes would send a reset, which can destroy the answer.
    private func linger() {
        guard let context else { return }
        if connection.isInputClosed || shared.usesTLS { return context.close(promise: nil) }
        context.close(mode: .output, promise: nil)
    }

    /// Ends the connection after what is written.
    func end(_ context: ChannelHandlerContext) {
        connection.end(now: .now())
        flush(context)
        armTimer(context)
    }
}
