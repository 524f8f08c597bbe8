// SPDX-License-Identifier: Apache-2.0

internal import Admission
internal import GRPCServer
package import HTTPServer
package import NIOCore

extension HTTPApplication {
    /// The server of gRPC alone, ready to run as a service.
    /// - Parameters:
    ///   - group: the event loops of the connections.
    ///   - onListening: called with the server once it listens.
    package func grpcListener(
        host: String,
        port: Int,
        on group: any EventLoopGroup,
        onListening: @escaping @Sendable (HTTPListener) -> Void = { _ in }
    ) -> HTTPService {
        HTTPService(
            host: host,
            port: port,
            limits: limits,
            responder: grpcResponder,
            security: security,
            speaking: .http2(http2Handler),
            on: group,
            onListening: { server in
                count(server, as: "loan_default.grpc.connections")
                onListening(server)
            }
        )
    }

    /// Makes what speaks gRPC on a connection.
    var http2Handler: HTTPListener.Handler {
        let responder = grpcResponder
        return { [admission] shared in
            GRPCChannelHandler(
                shared,
                responder: responder,
                lane: admission?.pool.newLane() ?? 0
            )
        }
    }

    /// The services of gRPC: each call of one is a call of `router` by other messages.
    package var grpcRouter: HTTPRouter {
        let router = router
        let descriptors = ServiceDescriptors()
        var services = HTTPRouter()
        let inferences = inferenceRouter
        InferenceService(
            calls: RESTCalls(router, answering(router)),
            inferences: RESTCalls(inferences, answering(inferences))
        ).register(in: &services)
        LoanDefaultService(service: service, reasons: ReasonPool(admission))
            .register(in: &services)
        HealthService(
            services: Set(descriptors.services),
            isReady: isReady,
            changes: readinessChanges
        ).register(in: &services)
        ReflectionService(descriptors: descriptors).register(in: &services)
        return services
    }

    /// Answers every call of gRPC.
    package var grpcResponder: any HTTPEntry {
        let router = grpcRouter
        return entry(router, durable(router))
    }
}
