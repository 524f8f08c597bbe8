// SPDX-License-Identifier: Apache-2.0

package import LoanRPC
package import NIOSSL

/// What a load run does.
package struct LoadConfiguration: Sendable {
    /// Where the calls go.
    package enum Target: Sendable {
        /// LDP/1, with each of `requests` in turn.
        case rpc(requests: [PredictRequest])
        /// `Predict` of gRPC, with each of `requests` in turn.
        case grpc(requests: [PredictRequest])
        /// HTTP/1.1 POSTs of each body in turn; `rows` of each.
        case http(path: String, bodies: [[UInt8]], rows: Int, answers: Answers = .documented)
    }

    /// How answers over HTTP are written.
    package enum Answers: Sendable, Equatable {
        /// As those of `/predict`, with a probability a row.
        case documented
        /// As those of KServe v1.
        case predictions(areProbabilities: Bool)
    }

    /// When calls are made.
    package enum Arrivals: Sendable, Equatable {
        /// The next call when one has ended.
        case closed
        /// Calls a second, evenly spaced.
        case constant(rate: Double)
        /// Calls a second on average, at random times.
        case poisson(rate: Double)

        /// Calls a second, where that is stated.
        package var rate: Double? {
            switch self {
            case .closed: nil
            case .constant(let rate), .poisson(let rate): rate
            }
        }
    }

    /// The server's name or address.
    package var host: String
    /// The server's port.
    package var port: Int
    /// What is sent.
    package var target: Target
    /// Proof of identity, in HELLO or as a bearer token; nil is anonymous.
    package var token: [UInt8]?
    /// TLS, or plain TCP.
    package var tls: TLSConfiguration?
    /// When calls are sent.
    package var arrivals: Arrivals
    /// Connections that calls are spread over.
    package var connections = 4
    /// Calls of one connection that are under way at once; HTTP has one.
    package var inFlight = 16
    /// How long calls are counted.
    package var duration: Duration = .seconds(10)
    /// Calls of this time at the start are not counted.
    package var warmUp: Duration = .seconds(1)
    /// A call without an answer after this time has failed.
    package var timeout: Duration = .seconds(10)
    /// Chooses the random arrivals.
    package var seed: UInt64 = 1
    /// Verifies an answer of RPC or gRPC: index of the request and what came back. False counts as
    /// wrong.
    package var check: (@Sendable (Int, PredictResponse) -> Bool)?
    /// The same for the body of an answer of HTTP.
    package var bodyCheck: (@Sendable (Int, [UInt8]) -> Bool)?

    /// How the client names itself.
    static let agent = "loan-default-load"

    /// A run with the defaults.
    package init(host: String, port: Int, target: Target, arrivals: Arrivals = .closed) {
        self.host = host
        self.port = port
        self.target = target
        self.arrivals = arrivals
    }
}
