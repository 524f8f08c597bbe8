// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
package import Hummingbird
internal import HummingbirdCore
package import LoanService
package import Logging
internal import NIOCore

/// The JSON shim: the documented calls over HTTP/1.1.
package struct HTTPApplication {
    /// What bounds one connection and one request.
    package struct Limits: Sendable {
        /// Bytes of a request's body. Default 4 MiB.
        package var bodyBytesMax = 4 << 20
        /// Fields of a request's head. Default 256.
        package var headerCountMax = 256
        /// Bytes of all fields of a request's head. Default 80 KiB.
        package var headerBytesMax = 80 << 10
        /// A connection without traffic is closed after this time. Default 75 s: above the 60 s
        /// of a load balancer in front, which then never meets a closed connection.
        package var idleTimeout = TimeAmount.seconds(75)

        package init() {}
    }

    private let service: LoanService
    private let limits: Limits
    private let logger: Logger

    package init(service: LoanService, limits: Limits = Limits(), logger: Logger) {
        self.service = service
        self.limits = limits
        self.logger = logger
    }

    /// The server, ready to run as a service.
    package func application(
        host: String,
        port: Int,
        onRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        Application(
            responder: routes,
            server: .http1(
                configuration: .init(
                    idleTimeout: limits.idleTimeout,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: limits.headerBytesMax,
                        maxHeaderListSize: limits.headerBytesMax,
                        maxHeaderFieldCount: limits.headerCountMax
                    )
                )
            ),
            configuration: .init(address: .hostname(host, port: port)),
            onServerRunning: onRunning,
            logger: logger
        )
    }

    private var routes: Routes {
        let data = DataRoute(service: service)
        let train = TrainRoute(service: service)
        let predict = PredictRoute(service: service)
        return Routes([
            "/ping": [.get: { _, _ in PingRoute().respond() }],
            "/data": [
                .post: answering { body throws(ServiceError) in
                    try await data.respond(body).serialized
                }
            ],
            "/train": [
                .post: answering { body throws(ServiceError) in
                    try await train.respond(body).serialized
                }
            ],
            "/predict": [
                .post: answering(allowsNaN: true) { body throws(ServiceError) in
                    try await predict.respond(body)
                }
            ],
        ])
    }

    /// Wraps an operation on a JSON body: reads the body within its limit, parses it, and turns
    /// every error into its answer.
    private func answering(
        allowsNaN: Bool = false,
        _ operation: @escaping @Sendable (JSONValue) async throws(ServiceError) -> [UInt8]
    ) -> Routes.Handler {
        { [limits] request, _ in
            let bytes: [UInt8]
            switch try await Self.body(of: request, upTo: limits.bodyBytesMax) {
            case .success(let collected): bytes = collected
            case .failure(let refusal): return .refusal(refusal)
            }
            if bytes.isEmpty { return .refusal(.emptyBody) }
            do throws(JSONError) {
                let body = try JSONParser.parse(bytes, allowsNaN: allowsNaN)
                do throws(ServiceError) {
                    return .json(.ok, bytes: try await operation(body))
                } catch {
                    return .refusal(ErrorResponse(error))
                }
            } catch {
                return .refusal(ErrorResponse(error))
            }
        }
    }

    private static func body(
        of request: Request,
        upTo limit: Int
    ) async throws -> Result<[UInt8], ErrorResponse> {
        let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        guard announced <= limit else { return .failure(.bodyTooLarge(limit: limit)) }
        do {
            return .success(Array(buffer: try await request.body.collect(upTo: limit)))
        } catch is NIOTooManyBytesError {
            return .failure(.bodyTooLarge(limit: limit))
        }
    }
}

extension ErrorResponse: Error {
    fileprivate static var emptyBody: ErrorResponse {
        ErrorResponse(
            .invalid([
                FieldProblem(location: [], message: "field required", kind: "value_error.missing")
            ])
        )
    }

    fileprivate static func bodyTooLarge(limit: Int) -> ErrorResponse {
        ErrorResponse(
            .tooLarge(
                FieldProblem(
                    location: [],
                    message: "the body exceeds \(limit) bytes",
                    kind: "value_error.body_too_large"
                )
            )
        )
    }
}
