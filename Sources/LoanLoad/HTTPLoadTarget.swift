// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOHTTP1

/// POSTs over one HTTP/1.1 connection, one at a time.
final class HTTPLoadTarget: ChannelInboundHandler, LoadTarget {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let bodies: [[UInt8]]
    private let rowCount: Int
    private let answers: LoadConfiguration.Answers
    private let check: (@Sendable (Int, [UInt8]) -> Bool)?
    private var context: ChannelHandlerContext?
    private var status = HTTPResponseStatus.ok
    private var answer: [UInt8] = []
    private var underWay: (request: Int, onEnd: (LoadOutcome) -> Void)?

    init(
        _ configuration: LoadConfiguration,
        path: String,
        bodies: [[UInt8]],
        rows: Int,
        answers: LoadConfiguration.Answers
    ) {
        var headers = configuration.httpHeaders
        headers.add(name: "Content-Type", value: "application/json")
        head = HTTPRequestHead(version: .http1_1, method: .POST, uri: path, headers: headers)
        self.bodies = bodies
        check = configuration.bodyCheck
        rowCount = rows
        self.answers = answers
    }

    let inFlightMax = 1

    func rows(of request: Int) -> Int { rowCount }

    func send(_ request: Int, onEnd: @escaping (LoadOutcome) -> Void) {
        guard let context else { return onEnd(.failed(code: "DISCONNECTED")) }
        underWay = (request, onEnd)
        answer.removeAll(keepingCapacity: true)
        var head = head
        head.headers.add(name: "Content-Length", value: "\(bodies[request].count)")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let body = ByteBuffer(bytes: bodies[request])
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = head.status
        case .body(let part): answer += part.readableBytesView
        case .end:
            guard (200..<300).contains(status.code) else {
                return end(.failed(code: "HTTP_\(status.code)"))
            }
            if let fault {
                return end(.failed(code: fault.rawValue))
            }
            let request = underWay?.request ?? 0
            end(.answered(isRight: check?(request, answer) ?? true))
        }
    }

    private var fault: AnswerFault? {
        switch answers {
        case .documented: AnswerFault(ofJSON: answer, rowCount: rowCount)
        case .predictions(let areProbabilities):
            AnswerFault(
                ofPredictions: answer,
                rowCount: rowCount,
                areProbabilities: areProbabilities
            )
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        end(.failed(code: "DISCONNECTED"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func end(_ outcome: LoadOutcome) {
        let call = underWay
        underWay = nil
        call?.onEnd(outcome)
    }
}
