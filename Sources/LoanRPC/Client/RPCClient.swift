// SPDX-License-Identifier: Apache-2.0

package import Machine
public import NIOCore
internal import Protobuf

/// A client of one server, over several connections.
///
/// A call takes the connection with the fewest calls outstanding. It is sent again only where the
/// protocol allows it: when the server says that it has not started it. A lost connection is made
/// again when the next call needs it.
///
/// ```swift
/// let client = RPCClient(RPCClientConfiguration(host: "localhost"), group: group)
/// var applications = ApplicationColumns(rowCount: 1)
/// applications.numbers[applications.range(of: .personIncome).lowerBound] = 59_000
/// let response = try await client.predict(
///     PredictRequest(model: "model.joblib", rows: .applications(applications)),
///     timeout: .milliseconds(200)
/// )
/// print(response.probabilities)
/// await client.close()
/// ```
public actor RPCClient {
    private let configuration: RPCClientConfiguration
    private let group: any EventLoopGroup
    private var slots: [RPCConnection?]
    private var connecting: [Task<RPCConnection, any Error>?]
    private var budget = RetryBudget()
    private var isClosed = false

    /// A client that connects with its first call.
    public init(_ configuration: RPCClientConfiguration, group: any EventLoopGroup) {
        self.configuration = configuration
        self.group = group
        let count = max(1, configuration.connections)
        slots = Array(repeating: nil, count: count)
        connecting = Array(repeating: nil, count: count)
    }

    /// Scores one batch.
    /// - Parameters:
    ///   - requestID: what the server knows the call by; nil leaves that to the server. A canary
    ///     answers the calls of some ids, and a record of decisions has them.
    ///   - timeout: nil takes the configuration's.
    public func predict(
        _ request: PredictRequest,
        requestID: String? = nil,
        timeout: Duration? = nil
    ) async throws(RPCStatus) -> PredictResponse {
        let metadata = requestID.map { [Metadata(key: "x-request-id", value: $0)] } ?? []
        let bytes = try await call(.predict, metadata, timeout: timeout) { request.write(to: &$0) }
        return try Self.decode(bytes)
    }

    /// Asks the server whether it is there; returns the payload as it comes back.
    public func ping(
        _ payload: [UInt8] = [],
        timeout: Duration? = nil
    ) async throws(RPCStatus) -> [UInt8] {
        let bytes = try await call(.ping, timeout: timeout) { buffer in
            buffer.writeBytesFieldHeader(1, byteCount: payload.count)
            buffer.writeBytes(payload)
        }
        var fields = ProtobufFields(fieldsMax: 16)
        do throws(MessageError) {
            while let field = try fields.next(in: bytes.readableBytesSpan) {
                guard field.number == 1, field.wireType == .bytes else { continue }
                return bytes.readableBytesSpan.extracting(field.contents.range).copied()
            }
        } catch {
            throw error.status
        }
        return []
    }

    /// Scores batches as they come: one response for each, in the same order.
    /// - Parameters:
    ///   - requests: read as fast as the server takes them.
    ///   - onResponse: the server waits when it is slow.
    public func predictStream(
        _ requests: some AsyncSequence<PredictRequest, Never> & Sendable,
        timeout: Duration? = nil,
        onResponse: @escaping @Sendable (PredictResponse) async -> Void
    ) async throws(RPCStatus) {
        let deadline = MonotonicTime.now().advanced(by: timeout ?? configuration.timeout)
        let connection = try await pick()
        let head = RequestHead(method: .predictStream, timeout: timeout ?? configuration.timeout)
        let stream = PredictStreamCall(connection, head, until: deadline)
        let sender = Task { await stream.send(requests) }
        defer { sender.cancel() }
        try await stream.receive { bytes throws(RPCStatus) in
            await onResponse(try Self.decode(bytes))
        }
    }

    /// Sends a control call.
    /// - Parameters:
    ///   - message: the encoded request.
    ///   - onProgress: takes encoded Progress messages.
    /// - Returns: the encoded response.
    package func control(
        _ method: Method,
        message: [UInt8],
        timeout: Duration? = nil,
        onProgress: @escaping @Sendable ([UInt8]) -> Void = { _ in }
    ) async throws(RPCStatus) -> [UInt8] {
        let result = try await call(
            method,
            timeout: timeout,
            onData: { onProgress(Array($0.readableBytesView)) },
            write: { $0.writeBytes(message) }
        )
        return Array(result.readableBytesView)
    }

    /// Closes all connections; calls that have not ended fail.
    public func close() async {
        isClosed = true
        let open = slots.compactMap(\.self)
        slots = slots.map { _ in nil }
        for connection in open { await connection.close() }
    }

    // MARK: Attempts

    private func call(
        _ method: Method,
        _ metadata: [Metadata] = [],
        timeout: Duration?,
        onData: @escaping @Sendable (ByteBuffer) -> Void = { _ in },
        write: @escaping @Sendable (inout ByteBuffer) -> Void
    ) async throws(RPCStatus) -> ByteBuffer {
        let timeout = timeout ?? configuration.timeout
        let deadline = MonotonicTime.now().advanced(by: timeout)
        var attempt = 1
        while true {
            let connection = try await pick()
            let left = deadline.nanoseconds(since: .now())
            guard left > 0 else { throw .deadlineExceeded }
            let head = RequestHead(
                method: method,
                timeout: .nanoseconds(left),
                metadata: metadata
            )
            let result = await connection.unary(
                head,
                deadline: deadline,
                onData: onData,
                write: write
            )
            switch result {
            case .success(let bytes):
                budget.succeeded()
                return bytes
            case .failure(let status):
                guard status.isNotStarted, status.code != .unauthenticated,
                    attempt < configuration.attemptsMax, budget.takeRetry()
                else { throw status }
                try await wait(attempt, status, until: deadline)
                attempt += 1
            }
        }
    }

    /// Waits with growing, random pauses; as long as the server asks where it does.
    private func wait(
        _ attempt: Int,
        _ status: RPCStatus,
        until deadline: MonotonicTime
    ) async throws(RPCStatus) {
        let most = max(status.retryAfter, .milliseconds(10 << min(attempt, 6)))
        let pause = most * Double.random(in: 0.5...1)
        guard MonotonicTime.now().advanced(by: pause) < deadline else { throw status }
        do {
            try await Task.sleep(for: pause)
        } catch {
            throw RPCStatus(.cancelled, "cancelled")
        }
    }

    // MARK: Connections

    private func pick() async throws(RPCStatus) -> RPCConnection {
        guard !isClosed else { throw RPCStatus(.unavailable, "the client is closed") }
        for index in slots.indices where slots[index]?.isUsable != true {
            do {
                try await connect(index)
            } catch {
                if slots.contains(where: { $0?.isUsable == true }) { continue }
                throw RPCStatus(
                    .unavailable,
                    "cannot connect: \(NetworkFailure.sentence(error))",
                    isNotStarted: true
                )
            }
        }
        let all = slots.compactMap(\.self)
        let usable = all.filter(\.isUsable)
        // A connection that was refused at once says why.
        guard
            let best = (usable.isEmpty ? all : usable).min(by: { $0.outstanding < $1.outstanding })
        else {
            throw RPCStatus(.unavailable, "no connection", isNotStarted: true)
        }
        return best
    }

    /// Fills a slot; callers that come meanwhile wait for the same connection.
    private func connect(_ index: Int) async throws {
        if let other = connecting[index] {
            _ = try await other.value
            return
        }
        let attempt = Task { [configuration, group] in
            try await RPCConnection.connect(configuration, on: group)
        }
        connecting[index] = attempt
        defer { connecting[index] = nil }
        let connection = try await attempt.value
        if isClosed { return await connection.close() }
        slots[index] = connection
    }

    private static func decode(_ bytes: ByteBuffer) throws(RPCStatus) -> PredictResponse {
        do throws(MessageError) {
            return try PredictResponse(walking: bytes.readableBytesSpan)
        } catch {
            throw RPCStatus(.internal, error.status.message)
        }
    }
}

/// Retries are at most a tenth of the calls, beyond the first ten: a server in trouble is not
/// asked ever more often.
struct RetryBudget: Sendable {
    private var tenths = 100

    mutating func succeeded() {
        tenths = min(100, tenths + 1)
    }

    mutating func takeRetry() -> Bool {
        guard tenths >= 10 else { return false }
        tenths -= 10
        return true
    }
}
