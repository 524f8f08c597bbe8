// SPDX-License-Identifier: Apache-2.0

internal import HTTP2
internal import HTTPServer
internal import Machine
internal import NIOCore

extension GRPCChannelHandler {
    /// Works on what has come.
    /// - Parameter bytes: what the ranges of the events lie in.
    func take(_ events: [HTTP2Event], of bytes: ByteBuffer, _ now: MonotonicTime) {
        // The stream of the event before, which most events are of, too.
        var last: GRPCStream?
        for event in events {
            switch event {
            case .request(let id, let fields, let isEnd):
                last = begin(id, fields, isEnd: isEnd, now)
            case .data(let id, let range):
                if last?.id != id { last = streams[id] }
                receive(bytes.readableBytesUInt8Span.extracting(range), on: last, now)
            case .end(let id):
                if last?.id != id { last = streams[id] }
                guard let last else { break }
                last.endRequest()
                advance(last, now)
            case .closed(let id, _):
                if last?.id == id { last = nil }
                streams.remove(id)?.end()
            // A client has them alone.
            case .response: break
            }
        }
    }

    // MARK: The request

    /// - Returns: the stream; nil where the request is no call.
    private func begin(
        _ id: Int32,
        _ fields: HTTP2Fields,
        isEnd: Bool,
        _ now: MonotonicTime
    ) -> GRPCStream? {
        guard let session else { return nil }
        do throws(GRPCRequestHead.Refusal) {
            let head = try head(of: fields)
            let timeout = try GRPCRequestHead.timeout(fields)
            let refusal = responder.refusal(of: head.call)
            guard let rules = head.call.match?.rules else {
                throw .status(
                    GRPCStatus(
                        .unimplemented,
                        "there is no method '\(head.call.path.prefix(256))'"
                    )
                )
            }
            let stream = GRPCStream(
                id,
                head,
                rules,
                timeout: timeout,
                lane: lane,
                bytesMax: rules.bodyBytesMax(control: shared.limits.controlBodyBytesMax)
                    ?? shared.limits.bodyBytesMax,
                limits: shared.limits,
                now: now
            )
            if isEnd { stream.endRequest() }
            streams.set(stream, for: id)
            if let refusal {
                end(stream, GRPCStatus(refusal), now, refusal.metadata)
            } else if isEnd {
                advance(stream, now)
            }
            return stream
        } catch {
            switch error {
            case .http(let status):
                let fields = [(":status", "\(status)"), ("content-length", "0")]
                session.begin(id, HTTP2FieldList(fields), isEnd: true)
            case .status(let status):
                session.begin(id, HTTP2FieldList(Self.head + status.fields), isEnd: true)
            }
            return nil
        }
    }

    /// What is known of the fields of a call, which are often those of the one before.
    private func head(
        of fields: HTTP2Fields
    ) throws(GRPCRequestHead.Refusal) -> GRPCRequestHead {
        if let known, known.fields === fields.shared { return known.head }
        let head = try GRPCRequestHead(fields, limits: limits.http2, responder: responder)
        known = (fields.shared, head)
        return head
    }

    private func receive(_ bytes: Span<UInt8>, on stream: GRPCStream?, _ now: MonotonicTime) {
        guard let session else { return }
        // The other streams go on while this one waits.
        if isFull {
            unconsumedCount += bytes.count
        } else {
            session.consumeOfConnection(bytes.count)
        }
        guard let stream, !stream.isEnded else { return }
        guard shared.hasRoom(forAnswer: bytes.count) else {
            return end(stream, Self.overloaded, now)
        }
        stream.receive(bytes, now: now)
        stream.unconsumedCount += bytes.count
        if let byteCount = stream.excess(of: limits.http2.firstWindow) {
            admit(byteCount, of: stream, now)
        }
        advance(stream, now)
    }

    /// Asks whether a long message is welcome before its client is given the room to send it. The
    /// messages of a stream are read before they are refused, so that the next ones are found.
    private func admit(_ byteCount: Int, of stream: GRPCStream, _ now: MonotonicTime) {
        if stream.rules.messages == .one,
            let refusal = responder.refusal(of: stream.head(announcing: byteCount))
        {
            return end(stream, GRPCStatus(refusal), now, refusal.metadata)
        }
        stream.widen()
        session?.widen(stream.id)
    }

    // MARK: The answer

    /// Has everything answered that waits only for room.
    /// - Returns: whether that gave something to send.
    func advanceAll(_ now: MonotonicTime) -> Bool {
        var hasAdvanced = false
        for stream in streams.values {
            stream.note(unsentCount: unsentCount(of: stream), now: now)
            if advance(stream, now) { hasAdvanced = true }
        }
        return hasAdvanced
    }

    /// Does what a stream does next, until it waits.
    /// - Returns: whether it did anything.
    @discardableResult
    func advance(_ stream: GRPCStream, _ now: MonotonicTime) -> Bool {
        var hasAdvanced = false
        while !stream.isEnded {
            switch stream.next(unsentCount: unsentCount(of: stream), limits) {
            case .nothing:
                giveWindow(stream)
                return hasAdvanced
            case .call(let call): respond(to: call, on: stream, now)
            case .end(let status): end(stream, status, now)
            }
            hasAdvanced = true
        }
        return hasAdvanced
    }

    /// Bytes of an answer that the client has not taken.
    func unsentCount(of stream: GRPCStream) -> Int {
        stream.hasBegun ? session?.unsentByteCount(of: stream.id) ?? 0 : 0
    }

    /// Lets the client send what is worked on next.
    private func giveWindow(_ stream: GRPCStream) {
        guard stream.unconsumedCount > 0, stream.takesBytes else { return }
        session?.consume(stream.unconsumedCount, of: stream.id)
        stream.unconsumedCount = 0
    }

    private func respond(to call: HTTPCall, on stream: GRPCStream, _ now: MonotonicTime) {
        switch responder.respond(to: call) {
        case .now(let answer): reply(stream, answer, now)
        case .later(let work):
            guard let loop = context?.eventLoop else { return }
            let bound = NIOLoopBound((handler: self, stream: stream), eventLoop: loop)
            stream.work = Task {
                let answer = await work()
                loop.execute { bound.value.handler.answer(late: answer, on: bound.value.stream) }
            }
        }
    }

    private func answer(late answer: HTTPAnswer, on stream: GRPCStream) {
        guard stream.isAnswering else { return }
        let now = MonotonicTime.now()
        reply(stream, answer, now)
        advance(stream, now)
        planFlush()
    }

    private func reply(_ stream: GRPCStream, _ answer: HTTPAnswer, _ now: MonotonicTime) {
        guard !stream.isEnded else { return }
        switch answer.body {
        case .bytes(let bytes) where answer.contentType == RefusalForm.messageType:
            stream.endCall()
            if stream.rules.messages == .one {
                finish(stream, bytes, now, answer.metadata)
            } else {
                send(bytes, on: stream, answer.metadata)
            }
        case .stream(let pieces) where answer.status == 200:
            stream.beginStreaming()
            sendAll(pieces.stream, on: stream, answer.metadata)
        case .bytes, .shared, .stream:
            stream.endCall()
            end(stream, GRPCStatus(answer), now, answer.metadata)
        }
    }

    /// Sends the only message of an answer.
    private func finish(
        _ stream: GRPCStream,
        _ message: [UInt8],
        _ now: MonotonicTime,
        _ metadata: [(name: String, value: String)]
    ) {
        guard message.count <= Self.shortMessageMax, !stream.hasBegun else {
            send(message, on: stream, metadata)
            return end(stream, .ok, now)
        }
        let fields = metadata.isEmpty ? headFields : HTTP2FieldList(Self.head + metadata)
        let body = GRPCMessageReader.framed(message)
        stream.begin()
        session?.answer(stream.id, fields, body, trailers: okFields)
        stream.end()
        stream.note(unsentCount: body.count, now: now)
    }

    /// Sends the messages of an answer as they come, while the client takes them.
    private func sendAll(
        _ pieces: AsyncStream<[UInt8]>,
        on stream: GRPCStream,
        _ metadata: [(name: String, value: String)]
    ) {
        guard let loop = context?.eventLoop else { return }
        let bound = NIOLoopBound((handler: self, stream: stream), eventLoop: loop)
        stream.work = Task {
            for await piece in pieces {
                let sent = loop.submit {
                    bound.value.handler.send(piece: piece, on: bound.value.stream, metadata)
                }
                guard (try? await sent.get()) == true else { return }
            }
            loop.execute {
                bound.value.handler.end(bound.value.stream, .ok, .now())
                bound.value.handler.planFlush()
            }
        }
    }

    /// - Returns: whether more may be sent.
    private func send(
        piece: [UInt8],
        on stream: GRPCStream,
        _ metadata: [(name: String, value: String)]
    ) -> Bool {
        guard stream.isStreaming, !stream.isEnded else { return false }
        if unsentCount(of: stream) > limits.unsentBytesMax {
            end(stream, Self.untaken, .now())
        } else {
            send(piece, on: stream, metadata)
        }
        planFlush()
        return !stream.isEnded
    }

    private func send(
        _ message: [UInt8],
        on stream: GRPCStream,
        _ metadata: [(name: String, value: String)]
    ) {
        guard let session, !stream.isEnded else { return }
        if !stream.hasBegun {
            stream.begin()
            let fields = metadata.isEmpty ? headFields : HTTP2FieldList(Self.head + metadata)
            session.begin(stream.id, fields, isEnd: false)
        }
        guard message.count > Self.shortMessageMax else {
            return session.send(GRPCMessageReader.framed(message), on: stream.id)
        }
        session.send(GRPCMessageReader.prefix(message.count), on: stream.id)
        session.send(message, on: stream.id)
    }

    func end(
        _ stream: GRPCStream,
        _ status: GRPCStatus,
        _ now: MonotonicTime,
        _ metadata: [(name: String, value: String)] = []
    ) {
        guard let session, !stream.isEnded else { return }
        if stream.hasBegun {
            let isPlain = status.code == .ok && metadata.isEmpty
            let fields = isPlain ? okFields : HTTP2FieldList(status.fields + metadata)
            session.end(stream.id, trailers: fields)
        } else {
            let fields = HTTP2FieldList(Self.head + status.fields + metadata)
            session.begin(stream.id, fields, isEnd: true)
        }
        stream.end()
        stream.note(unsentCount: unsentCount(of: stream), now: now)
    }

    // MARK: Time

    /// Ends the calls whose time is over.
    func expireStreams(_ now: MonotonicTime) {
        for stream in streams.values {
            stream.note(unsentCount: unsentCount(of: stream), now: now)
            if stream.isStalled(now: now) {
                session?.reset(stream.id, .cancel)
            } else if let status = stream.expiry(now: now) {
                end(stream, status, now)
            }
        }
    }

    /// Ends the calls that wait for something, which may take forever: their callers call again.
    func endIdleStreams() {
        for stream in streams.values where stream.isIdle { end(stream, Self.ending, .now()) }
    }

    /// Longer messages are sent as they are, in addition to what goes before them.
    private static let shortMessageMax = 4 << 10
    /// The fields of every answer.
    static let head = [
        (name: ":status", value: "200"), ("content-type", "application/grpc"),
        ("grpc-accept-encoding", "identity,gzip"),
    ]
    private static let overloaded = GRPCStatus(
        .unavailable,
        "too many large requests are under way"
    )
    private static let untaken = GRPCStatus(
        .resourceExhausted,
        "the messages that were sent are not taken"
    )
    private static let ending = GRPCStatus(
        .unavailable,
        "the connection ends: call again on another one"
    )
}

extension HTTPAnswer {
    /// Its fields as metadata of a call.
    fileprivate var metadata: [(name: String, value: String)] {
        guard !headers.isEmpty else { return [] }
        return headers.compactMap { name, value in
            switch name {
            case GRPCStatus.codeField: nil
            case "retry-after":
                Int(value).map { ("grpc-retry-pushback-ms", "\(1000 * $0)") }
            // HTTP/2 has no other names.
            default: (name.lowercased(), value)
            }
        }
    }
}
