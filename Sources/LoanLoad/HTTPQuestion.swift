// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOHTTP1
package import NIOPosix

/// One GET before a run, to learn what the calls must hold.
package enum HTTPQuestion {
    /// Bytes of the longest answer.
    package static let bytesMax = 16 << 20

    /// Why there is no answer.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        case disconnected
        case timedOut
        case tooLong

        /// A sentence for people.
        package var description: String {
            switch self {
            case .disconnected: "the server closed the connection without an answer"
            case .timedOut: "the server has not answered in time"
            case .tooLong: "the server's answer is longer than \(bytesMax) bytes"
            }
        }
    }

    /// The status and the body that the server of a run answers with.
    /// - Throws: `Failure`, and what prevents a connection.
    package static func ask(
        _ path: String,
        _ configuration: LoadConfiguration,
        group: MultiThreadedEventLoopGroup
    ) async throws -> (status: Int, body: [UInt8]) {
        let promise = group.next().makePromise(of: (status: Int, body: [UInt8]).self)
        let channel: any Channel
        do {
            (channel, _) = try await LoadConnection.http(configuration, group) {
                QuestionHandler(path, configuration, promise)
            }
        } catch {
            promise.fail(error)
            throw error
        }
        let timer = channel.eventLoop.scheduleTask(in: .init(configuration.timeout)) {
            promise.fail(Failure.timedOut)
        }
        defer { timer.cancel() }
        do {
            let answer = try await promise.futureResult.get()
            try? await channel.close().get()
            return answer
        } catch {
            try? await channel.close().get()
            throw error
        }
    }
}

/// Sends the GET and gathers the answer.
private final class QuestionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let promise: EventLoopPromise<(status: Int, body: [UInt8])>
    private var status = 0
    private var body: [UInt8] = []

    init(
        _ path: String,
        _ configuration: LoadConfiguration,
        _ promise: EventLoopPromise<(status: Int, body: [UInt8])>
    ) {
        let headers = configuration.httpHeaders
        head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: headers)
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = Int(head.status.code)
        case .body(let part):
            guard body.count + part.readableBytes <= HTTPQuestion.bytesMax else {
                return promise.fail(HTTPQuestion.Failure.tooLong)
            }
            body += part.readableBytesView
        case .end: promise.succeed((status, body))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(HTTPQuestion.Failure.disconnected)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }
}

extension LoadConfiguration {
    /// What every call over HTTP has.
    var httpHeaders: HTTPHeaders {
        var headers = HTTPHeaders([("Host", "\(host):\(port)")])
        if let token {
            headers.add(
                name: "Authorization",
                value: "Bearer " + String(decoding: token, as: UTF8.self)
            )
        }
        return headers
    }
}
