// SPDX-License-Identifier: Apache-2.0

internal import Admission
internal import Machine
internal import NIOCore
internal import Protobuf

extension RPCServerHandler {
    /// Performs one action. `base` is where the bytes given to `next` begin in `inbound`.
    func perform(
        _ action: ServerAction,
        at base: Int,
        _ now: MonotonicTime,
        _ context: ChannelHandlerContext
    ) {
        switch action {
        case .none: break
        case .sendHello: writeHello()
        case .accepted: shared.accept(context.channel)
        case .announced(let call): answerAnnounced(call, at: base, now)
        case .start(let call): start(call, at: base, now, context)
        case .message(let stream, let range, let endsStream):
            receive(stream, shifted(range, by: base), endsStream: endsStream, now, context)
        case .abort(let stream, let status): abort(stream, status, now, context)
        case .refuse(let stream, let status):
            writeEnd(status, stream: stream)
            if status.isNotStarted {
                shared.observer.shed(status.code == .unavailable ? .draining : .streams)
            }
        case .credit(let stream): pump(stream, context)
        case .ping(let value): outbound.writePing(.ping, value: value)
        case .pong(let value): outbound.writePing(.pong, value: value)
        case .drain(let goAway): outbound.writeGoAway(goAway)
        case .fail(let goAway):
            scoreBurst(context)
            outbound.writeGoAway(goAway)
            end(context)
        case .answerHTTP:
            outbound.writeForeign(Self.httpAnswer)
            end(context)
        case .close(let reason):
            guard reason == .drained else {
                shared.complain(reason)
                return context.close(promise: nil)
            }
            refuseAllWork()
            end(context)
        }
    }

    private static let httpAnswer =
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 44\r\n"
        + "Connection: close\r\n\r\nThis port speaks LDP/1, not HTTP. Try 5000.\n"

    private func writeHello() {
        let configuration = shared.configuration
        var hello = Hello()
        hello.frameBytesMax = configuration.limits.frameBytesMax
        hello.streamsMax = configuration.limits.streamsMax
        hello.streamCredit = configuration.limits.streamCredit
        hello.keepaliveInterval = configuration.limits.keepaliveInterval
        hello.agent = configuration.agent
        outbound.writeHello(hello)
    }

    func shifted(_ range: ByteRange, by base: Int) -> ByteRange {
        ByteRange(start: Int(range.start) + base, count: Int(range.count))
    }

    private func start(
        _ call: ServerCall,
        at base: Int,
        _ now: MonotonicTime,
        _ context: ChannelHandlerContext
    ) {
        let range = shifted(call.message, by: base)
        shared.observer.began(call.method)
        if call.method.isPredict, !call.head.traceparent.isEmpty { pending.trace(call, now) }
        switch call.method {
        case .ping: answerPing(call.stream, range, now)
        case .predict: startPredict(call, range, now, context)
        case .predictStream:
            pending.begin(.stream, call)
            receive(call.stream, range, endsStream: call.endsStream, now, context)
        case .serverInfo, .prepareData, .train, .loadModel, .modelStatus, .setChallenger,
            .challenger:
            startControl(call, range, context)
        }
    }

    /// PingRequest and PingResponse have the same fields: a valid payload goes back as it is.
    private func answerPing(_ stream: UInt32, _ range: ByteRange, _ now: MonotonicTime) {
        let buffer = inbound.buffer
        let message = buffer.readableBytesSpan.extracting(range.range)
        do throws(MessageError) {
            try ProtobufFields.check(message, fieldsMax: 16)
            guard message.byteCount <= 2048 else { throw .overBudget }
            answer(stream, result: message.copied(), now)
        } catch {
            answer(stream, error.status, now)
        }
    }

    // MARK: Answers

    /// Ends a call with a failure, unless it has been answered.
    func answer(_ stream: UInt32, _ status: RPCStatus, _ now: MonotonicTime) {
        pending.drop(stream)
        if finish(stream, now: now) { writeEnd(status, stream: stream) }
    }

    /// Ends a call with its result, unless it has been answered.
    func answer(_ stream: UInt32, result: [UInt8], _ now: MonotonicTime) {
        pending.drop(stream)
        guard finish(stream, now: now) else { return }
        outbound.writeEnd(result: result, stream: stream)
        shared.observer.answered(.ok, calls: 1)
    }

    /// The work of a call has stopped. Returns whether END is still to be sent.
    func finish(_ stream: UInt32, now: MonotonicTime) -> Bool {
        pending.endTrace(stream)
        return connection.finish(stream, now: now)
    }

    /// Writes END with a failure, and counts it.
    func writeEnd(_ status: RPCStatus, stream: UInt32) {
        outbound.writeEnd(status, stream: stream)
        shared.observer.answered(status.code, calls: 1)
    }

    private func abort(
        _ stream: UInt32,
        _ status: RPCStatus,
        _ now: MonotonicTime,
        _ context: ChannelHandlerContext
    ) {
        if pending.isInBurst(stream) {
            connection.unanswer(stream)
            guard status.code == .cancelled else {
                burst.remove(stream)
                return answer(stream, status, now)
            }
            // What has been gathered is answered first, as if CANCEL had come a read later.
            scoreBurst(context)
            guard connection.isUnanswered(stream) else { return }
            _ = connection.abort(stream, status, now)
        }
        writeEnd(status, stream: stream)
        pending.stop(stream)
        if !pending.isBusy(stream) {
            pending.drop(stream)
            _ = finish(stream, now: now)
        }
    }

    // MARK: Kept bytes

    /// Keeps a part of the received bytes for work that outlives the read; nil when that is above
    /// a limit.
    func keep(_ range: ByteRange) -> ByteBuffer? {
        pending.keep(Int(range.count)) ? inbound.kept(range) : nil
    }

    static let overInFlight = RPCStatus(
        .resourceExhausted,
        "too many bytes in flight",
        isNotStarted: true
    )
}
