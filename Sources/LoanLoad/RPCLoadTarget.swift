// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import NIOCore

/// Unary predictions over one LDP/1 connection.
final class RPCLoadTarget: LoadTarget {
    private let handler: ClientHandler
    private let head: [UInt8]
    private let messages: [[UInt8]]
    private let rowCounts: [Int]
    private let check: (@Sendable (Int, PredictResponse) -> Bool)?

    init(
        _ handler: ClientHandler,
        messages: [[UInt8]],
        rowCounts: [Int],
        timeout: Duration,
        check: (@Sendable (Int, PredictResponse) -> Bool)?
    ) {
        self.handler = handler
        self.messages = messages
        self.rowCounts = rowCounts
        self.check = check
        head = RequestHead(method: .predict, timeout: timeout).encoded()
    }

    /// What a server serves at least, unless it is configured to less.
    let inFlightMax = 64

    func rows(of request: Int) -> Int { rowCounts[request] }

    func send(_ request: Int, onEnd: @escaping (LoadOutcome) -> Void) {
        let check = check
        handler.start(
            head: head,
            write: { $0.writeBytes(messages[request]) },
            events: .init(onEnd: { result in
                switch result {
                case .failure(let status): onEnd(.failed(code: status.code.description))
                case .success(let bytes):
                    guard let check else { return onEnd(.answered(isRight: true)) }
                    let response = try? PredictResponse(walking: bytes.readableBytesSpan)
                    onEnd(.answered(isRight: response.map { check(request, $0) } ?? false))
                }
            })
        )
    }
}
