// SPDX-License-Identifier: Apache-2.0

package import HTTPServer
package import LoanRPC
package import LoanService
package import Logging
internal import Machine
package import NIOCore
package import Observability
internal import ServiceLifecycle

/// The binary RPC on its port, from the first call to the last: drains when the group stops.
/// Connections of it that the port of HTTP has accepted are served here, too.
package struct RPCListener: Service {
    private let server: RPCServer
    private let logger: Logger
    private let group: any EventLoopGroup
    private let onListening: @Sendable (_ port: Int) -> Void

    /// Nothing listens before `run`.
    /// - Parameters:
    ///   - admission: which predictions are taken, and the threads for the large ones.
    ///   - metrics: where calls are counted.
    ///   - group: the event loops of the connections.
    ///   - onListening: is given the port.
    package init(
        configuration: RPCServerConfiguration,
        service: LoanService,
        admission: AdmissionControl,
        metrics: MetricsRegistry = MetricsRegistry(),
        logger: Logger,
        on group: any EventLoopGroup,
        onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) {
        self.logger = logger
        self.group = group
        self.onListening = onListening
        let limits = configuration.limits
        var configuration = configuration
        let traces = RPCTraces(tracer: LogTracer(logger: logger))
        configuration.observer = RPCMetrics(metrics, traces: traces, shed: admission.shed)
        configuration.aroundControl = { call, work in await traces.run(call, work) }
        configuration.budgets = admission.budgets
        configuration.memory = admission.memory
        server = RPCServer(
            configuration,
            predictor: PredictAdapter(service, .rpc),
            control: ControlDispatcher(
                ControlAdapter(service: service, limits: limits)
            ),
            pool: admission.pool,
            logger: logger
        )
        metrics.observe("loan_default.rpc.connections") { [weak server] in
            server.map { Double($0.connectionCount) }
        }
        metrics.observe("loan_default.rpc.bytes.in_flight") { [weak server] in
            server.map { Double($0.bytesInFlight) }
        }
        admission.budget.count { [weak server] in server?.bytesInFlight ?? 0 }
        admission.addRelief { [weak server] in server?.closeIdle() }
    }

    /// How connections begin that other ports hand over, and who serves them: those of this
    /// listener, with its limits and its end.
    package var opening: HTTPOpening {
        HTTPOpening(
            // Any version: the answer to another one is this protocol's.
            bytes: Array(Preface.bytes.dropLast()),
            requiredName: RPCServerConfiguration.alpn
        ) { [server] _, channel in try server.makeHandler(on: channel) }
    }

    /// Serves until it is asked to stop.
    package func run() async throws {
        try await server.listen(on: group)
        logger.info("RPC is listening", metadata: [LogKey.port: "\(server.port)"])
        onListening(server.port)
        try? await gracefulShutdown()
        await server.drain()
    }
}
