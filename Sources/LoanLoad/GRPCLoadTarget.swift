// SPDX-License-Identifier: Apache-2.0

internal import HTTP2
internal import LoanRPC
internal import NIOCore

/// Unary predictions over one connection of gRPC.
final class GRPCLoadTarget: LoadTarget {
    private let handler: GRPCClientHandler
    private let fields: HTTP2FieldList
    /// After their prefixes.
    private let messages: [[UInt8]]
    private let rowCounts: [Int]
    private let check: (@Sendable (Int, PredictResponse) -> Bool)?

    init(
        _ handler: GRPCClientHandler,
        _ configuration: LoadConfiguration,
        _ requests: [PredictRequest]
    ) {
        self.handler = handler
        fields = configuration.grpcFields(.predict)
        messages = requests.map { GRPCClientHandler.framed($0.encoded()) }
        rowCounts = requests.map(\.rowCount)
        check = configuration.check
    }

    let inFlightMax = GRPCClientHandler.callsMax

    func rows(of request: Int) -> Int { rowCounts[request] }

    func send(_ request: Int, onEnd: @escaping (LoadOutcome) -> Void) {
        let check = check
        let rowCount = rowCounts[request]
        handler.call(fields, messages[request]) { result in
            switch result {
            case .failure(let status): onEnd(.failed(code: status.code.description))
            case .success(let bytes):
                let fits = check.map { check in { check(request, $0) } }
                onEnd(LoadOutcome(bytes.readableBytesSpan, rowCount: rowCount, check: fits))
            }
        }
    }
}

/// The methods of `loan_default.v1.LoanDefault` that a run calls.
package enum GRPCMethod: String, Sendable {
    case predict = "Predict"
    case serverInfo = "ServerInfo"
    case loadModel = "LoadModel"
}

extension LoadConfiguration {
    /// What every call of a method over gRPC has before its message.
    func grpcFields(_ method: GRPCMethod) -> HTTP2FieldList {
        // At most eight digits.
        let milliseconds = min(99_999_999, Int(timeout / .milliseconds(1)))
        var fields: [(name: String, value: String)] = [
            (":method", "POST"), (":scheme", tls == nil ? "http" : "https"),
            (":path", "/loan_default.v1.LoanDefault/\(method.rawValue)"),
            (":authority", "\(host):\(port)"), ("te", "trailers"),
            ("content-type", "application/grpc"), ("user-agent", Self.agent),
            ("grpc-timeout", "\(milliseconds)m"),
        ]
        if let token {
            fields.append(("authorization", "Bearer " + String(decoding: token, as: UTF8.self)))
        }
        return HTTP2FieldList(fields)
    }
}
