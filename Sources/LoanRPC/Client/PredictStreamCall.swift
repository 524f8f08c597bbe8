// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import NIOCore

/// One PredictStream of a client.
final class PredictStreamCall: Sendable {
    private enum Event: Sendable {
        case data(ByteBuffer)
        case end(Result<ByteBuffer, RPCStatus>)
    }

    private let connection: RPCConnection
    private let events: AsyncStream<Event>
    private let started: EventLoopFuture<UInt32?>

    /// Opens the stream.
    init(_ connection: RPCConnection, _ head: RequestHead, until deadline: MonotonicTime) {
        self.connection = connection
        let (events, source) = AsyncStream.makeStream(of: Event.self)
        self.events = events
        let started = connection.eventLoop.makePromise(of: UInt32?.self)
        self.started = started.futureResult
        let encoded = head.encoded()
        connection.withHandler { handler in
            let stream = handler.start(
                head: encoded,
                endsStream: false,
                write: { _ in },
                events: .init(
                    onData: { source.yield(.data($0)) },
                    onEnd: { result in
                        source.yield(.end(result))
                        source.finish()
                    }
                )
            )
            started.succeed(stream)
        }
    }

    /// Sends all batches; each waits for credit.
    func send(_ requests: some AsyncSequence<PredictRequest, Never> & Sendable) async {
        guard let stream = try? await started.get() else { return }
        for await request in requests {
            if Task.isCancelled { return }
            var message = ByteBuffer()
            request.write(to: &message)
            await send(message, on: stream, endsStream: false)
        }
        await send(ByteBuffer(), on: stream, endsStream: true)
    }

    private func send(_ message: ByteBuffer, on stream: UInt32, endsStream: Bool) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            connection.withHandler { handler in
                handler.send(message, on: stream, endsStream: endsStream) { continuation.resume() }
            }
        }
    }

    /// Hands over every response; returns when the stream has ended well.
    func receive(
        _ body: @escaping @Sendable (ByteBuffer) async throws(RPCStatus) -> Void
    ) async throws(RPCStatus) {
        let stream = try? await started.get()
        for await event in events {
            switch event {
            case .data(let bytes):
                try await body(bytes)
                let count = bytes.readableBytes
                connection.withHandler { handler in
                    if let stream { handler.giveCredit(count, to: stream) }
                }
            case .end(.success): return
            case .end(.failure(let status)): throw status
            }
        }
        // The sequence ends early only when the task is canceled.
        if let stream {
            connection.withHandler { $0.cancel(stream, RPCStatus(.cancelled, "cancelled")) }
        }
        throw RPCStatus(.cancelled, "cancelled")
    }
}
