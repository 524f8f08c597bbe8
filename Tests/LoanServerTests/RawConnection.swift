// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// A TCP connection that sends bytes as they are, for what no HTTP client would send.
struct RawConnection {
    /// A step of a conversation.
    enum Step: ExpressibleByStringLiteral {
        case send([UInt8])
        /// Waits until all received text contains this.
        case await(String)
        /// Ends our side; the other may still speak.
        case finish

        init(stringLiteral value: String) { self = .send(Array(value.utf8)) }
    }

    struct TimedOut: Error {
        let received: String
    }

    /// Performs the steps and reads until the server closes.
    /// - Returns: all that was received.
    /// - Throws: `TimedOut` when the server does not close within `limit`.
    static func converse(
        port: Int,
        _ steps: [Step],
        limit: Duration = .seconds(60)
    ) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        let received = Received()
        return try await withThrowingTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                try await channel.executeThenClose { inbound, outbound in
                    try await perform(steps, inbound, outbound, received)
                }
                return true
            }
            tasks.addTask {
                try await Task.sleep(for: limit)
                return false
            }
            let isComplete = try await tasks.next() ?? false
            tasks.cancelAll()
            let text = await received.text
            guard isComplete else { throw TimedOut(received: text) }
            return text
        }
    }

    /// Sends bytes and closes without reading.
    static func sendAndLeave(port: Int, _ bytes: [UInt8]) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port)
            .get()
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
        try await channel.close().get()
    }

    private static func perform(
        _ steps: [Step],
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ received: Received
    ) async throws {
        var iterator = inbound.makeAsyncIterator()
        for step in steps {
            switch step {
            // The server may have closed already: what it said before is what counts.
            case .send(let bytes): try? await outbound.write(ByteBuffer(bytes: bytes))
            case .finish: outbound.finish()
            case .await(let text):
                while await !received.text.contains(text) {
                    guard let buffer = try await iterator.next() else { return }
                    await received.append(buffer)
                }
            }
        }
        do {
            while let buffer = try await iterator.next() { await received.append(buffer) }
        } catch is IOError {
            // A reset ends the conversation like a close.
        }
    }

    private actor Received {
        private(set) var text = ""

        func append(_ buffer: ByteBuffer) { text += String(buffer: buffer) }
    }
}
