// SPDX-License-Identifier: Apache-2.0

package import LoanRPC
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
        let rowCount = rowCounts[request]
        handler.start(
            head: head,
            write: { $0.writeBytes(messages[request]) },
            events: .init(onEnd: { result in
                switch result {
                case .failure(let status): onEnd(.failed(code: status.code.description))
                case .success(let bytes):
                    let fits = check.map { check in { check(request, $0) } }
                    onEnd(LoadOutcome(bytes.readableBytesSpan, rowCount: rowCount, check: fits))
                }
            })
        )
    }
}

extension LoadOutcome {
    /// How a call of RPC ended that was answered.
    /// - Parameters:
    ///   - bytes: the message of the answer.
    ///   - rowCount: rows that were sent.
    ///   - check: compares the answer with the right one; nil looks only at what every answer
    ///     shows.
    package init(_ bytes: RawSpan, rowCount: Int, check: ((PredictResponse) -> Bool)?) {
        guard let response = try? PredictResponse(walking: bytes) else {
            self = .failed(code: AnswerFault.unreadable.rawValue)
            return
        }
        if let fault = AnswerFault(of: response, rowCount: rowCount) {
            self = .failed(code: fault.rawValue)
        } else {
            self = .answered(isRight: check?(response) ?? true)
        }
    }
}
