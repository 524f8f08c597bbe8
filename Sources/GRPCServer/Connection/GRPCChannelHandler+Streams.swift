// SPDX-License-Identifier: Apache-2.0

internal import HTTP2
internal import HTTPServer
internal import Machine
internal import NIOCore

extension GRPCChannelHandler {
    /// Works on what has come.
    /// - Parameter bytes: what the ranges of the events lie in.
    func take(_ events: [HTTP2Event], of bytes: ByteBuffer, _ now: MonotonicTime) {
        for event in events {
            switch event {
            case .request(let id, let fields, let isEnd): begin(id, fields, isEnd: isEnd, now)
            case .data(let id, let range):
                receive(id, bytes.readableBytesUInt8Span.extracting(range), now)
            case .end(let id):
                streams[id]?.endRequest()
                advance(id, now)
            case .closed(let id, _):
                streams[id]?.end()
                streams[id] = nil
            }
        }
    }

    // MARK: The request

    private func begin(_ id: Int32, _ fields: HTTP2Fields, isEnd: Bool, _ now: MonotonicTime) {
        guard let session else { return }
        do throws(GRPCRequestHead.Refusal) {
            let head = try GRPCRequestHead(fields, limits: limits.http2)
            var call = head.call
            let match = responder.match(call)
            call.match = match
            let refusal = responder.refusal(of: call)
            guard let rules = match.rules else {
                throw .status(
                    GRPCStatus(.unimplemented, "there is no method '\(call.path.prefix(256))'")
                )
            }
            var stream = GRPCStream(
                head,
                match,
                rules,
                lane: lane,
                bytesMax: rules.bodyBytesMax(control: shared.limits.controlBodyBytesMax)
                    ?? shared.limits.bodyBytesMax,
                limits: shared.limits,
                now: now
            )
            if isEnd { stream.endRequest() }
            streams[id] = stream
            if let refusal { return end(id, GRPCStatus(refusal), now, refusal.metadata) }
            advance(id, now)
        } catch {
            switch error {
            case .http(let status):
                session.begin(id, [(":status", "\(status)"), ("content-length", "0")], isEnd: true)
            case .status(let status):
                session.begin(id, Self.head + Self.codings + status.fields, isEnd: true)
            }
        }
    }

    private func receive(_ id: Int32, _ bytes: Span<UInt8>, _ now: MonotonicTime) {
        guard let session else { return }
        // The other streams go on while this one waits.
        if isFull {
            unconsumedCount += bytes.count
        } else {
            session.consumeOfConnection(bytes.count)
        }
        guard let isEnded = streams[id]?.isEnded, !isEnded else { return }
        guard shared.hasRoom(forAnswer: bytes.count) else {
            return end(id, Self.overloaded, now)
        }
        streams[id]?.receive(bytes, now: now)
        streams[id]?.unconsumedCount += bytes.count
        advance(id, now)
    }

    // MARK: The answer

    /// Has everything answered that waits only for room.
    /// - Returns: whether that gave something to send.
    func advanceAll(_ now: MonotonicTime) -> Bool {
        guard let session else { return false }
        var hasAdvanced = false
        for id in Array(streams.keys) {
            streams[id]?.note(unsentCount: session.unsentByteCount(of: id), now: now)
            if advance(id, now) { hasAdvanced = true }
        }
        return hasAdvanced
    }

    /// Does what a stream does next, until it waits.
    /// - Returns: whether it did anything.
    @discardableResult
    func advance(_ id: Int32, _ now: MonotonicTime) -> Bool {
        guard let session else { return false }
        var hasAdvanced = false
        while let step = streams[id]?.next(unsentCount: session.unsentByteCount(of: id), limits) {
            switch step {
            case .nothing:
                giveWindow(id, session)
                return hasAdvanced
            case .call(let call): respond(to: call, on: id, now)
            case .end(let status): end(id, status, now)
            }
            hasAdvanced = true
        }
        return hasAdvanced
    }

    /// Lets the client send what is worked on next.
    private func giveWindow(_ id: Int32, _ session: HTTP2Session) {
        guard let stream = streams[id], stream.takesBytes, stream.unconsumedCount > 0 else {
            return
        }
        session.consume(stream.unconsumedCount, of: id)
        streams[id]?.unconsumedCount = 0
    }

    private func respond(to call: HTTPCall, on id: Int32, _ now: MonotonicTime) {
        switch responder.respond(to: call) {
        case .now(let answer): reply(id, answer, now)
        case .later(let work):
            guard let loop = context?.eventLoop else { return }
            let bound = NIOLoopBound(self, eventLoop: loop)
            streams[id]?.work = Task {
                let answer = await work()
                loop.execute { bound.value.answer(late: answer, on: id) }
            }
        }
    }

    private func answer(late answer: HTTPAnswer, on id: Int32) {
        guard let stream = streams[id], stream.isAnswering else { return }
        let now = MonotonicTime.now()
        reply(id, answer, now)
        advance(id, now)
        planFlush()
    }

    private func reply(_ id: Int32, _ answer: HTTPAnswer, _ now: MonotonicTime) {
        guard let stream = streams[id], !stream.isEnded else { return }
        switch answer.body {
        case .bytes(let bytes) where answer.contentType == RefusalForm.messageType:
            streams[id]?.endCall()
            send(bytes, on: id, answer.metadata)
            if stream.rules.messages == .one { end(id, .ok, now) }
        case .stream(let pieces) where answer.status == 200:
            streams[id]?.beginStreaming()
            sendAll(pieces, on: id, answer.metadata)
        case .bytes, .shared, .stream:
            streams[id]?.endCall()
            end(id, GRPCStatus(answer), now, answer.metadata)
        }
    }

    /// Sends the messages of an answer as they come, while the client takes them.
    private func sendAll(
        _ pieces: AsyncStream<[UInt8]>,
        on id: Int32,
        _ metadata: [(name: String, value: String)]
    ) {
        guard let loop = context?.eventLoop else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        streams[id]?.work = Task {
            for await piece in pieces {
                let sent = loop.submit { bound.value.send(piece: piece, on: id, metadata) }
                guard (try? await sent.get()) == true else { return }
            }
            loop.execute {
                bound.value.end(id, .ok, .now())
                bound.value.planFlush()
            }
        }
    }

    /// - Returns: whether more may be sent.
    private func send(
        piece: [UInt8],
        on id: Int32,
        _ metadata: [(name: String, value: String)]
    ) -> Bool {
        guard let session, streams[id]?.isStreaming == true else { return false }
        if session.unsentByteCount(of: id) > limits.unsentBytesMax {
            end(id, Self.untaken, .now())
        } else {
            send(piece, on: id, metadata)
        }
        planFlush()
        return streams[id]?.isEnded == false
    }

    private func send(
        _ message: [UInt8],
        on id: Int32,
        _ metadata: [(name: String, value: String)]
    ) {
        guard let session, let stream = streams[id], !stream.isEnded else { return }
        if !stream.hasBegun {
            streams[id]?.begin()
            session.begin(id, Self.head + Self.codings + metadata, isEnd: false)
        }
        session.send(GRPCMessageReader.prefix(message.count), on: id)
        session.send(message, on: id)
    }

    func end(
        _ id: Int32,
        _ status: GRPCStatus,
        _ now: MonotonicTime,
        _ metadata: [(name: String, value: String)] = []
    ) {
        guard let session, let stream = streams[id], !stream.isEnded else { return }
        if stream.hasBegun {
            session.end(id, trailers: status.fields + metadata)
        } else {
            session.begin(id, Self.head + Self.codings + status.fields + metadata, isEnd: true)
        }
        streams[id]?.end()
        streams[id]?.note(unsentCount: session.unsentByteCount(of: id), now: now)
    }

    // MARK: Time

    /// Ends the calls whose time is over.
    func expireStreams(_ now: MonotonicTime) {
        guard let session else { return }
        for (id, stream) in streams {
            streams[id]?.note(unsentCount: session.unsentByteCount(of: id), now: now)
            if stream.isStalled(now: now) {
                session.reset(id, .cancel)
            } else if let status = stream.expiry(now: now) {
                end(id, status, now)
            }
        }
    }

    /// Ends the calls that wait for something, which may take forever: their callers call again.
    func endIdleStreams() {
        for (id, stream) in streams where stream.isIdle { end(id, Self.ending, .now()) }
    }

    private static let head = [
        (name: ":status", value: "200"), ("content-type", "application/grpc"),
    ]
    private static let codings = [(name: "grpc-accept-encoding", value: "identity,gzip")]
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
        headers.compactMap { name, value in
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
