// SPDX-License-Identifier: Apache-2.0

package import LoanRPC
package import LoanService
package import Logging
internal import NIOPosix
package import Observability
internal import ServiceLifecycle

/// The binary RPC on its port, from the first call to the last: drains when the group stops.
package struct RPCListener: Service {
    private let configuration: RPCServerConfiguration
    private let service: LoanService
    private let threadCount: Int
    private let logger: Logger
    private let metrics: MetricsRegistry
    private let onListening: @Sendable (_ port: Int) -> Void

    /// - Parameters:
    ///   - threadCount: threads for batches that are too large for an event loop.
    ///   - metrics: where calls are counted.
    ///   - onListening: told the port.
    package init(
        configuration: RPCServerConfiguration,
        service: LoanService,
        threadCount: Int,
        metrics: MetricsRegistry = MetricsRegistry(),
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.service = service
        self.threadCount = threadCount
        self.metrics = metrics
        self.logger = logger
        self.onListening = onListening
    }

    package func run() async throws {
        let threads = NIOThreadPool(numberOfThreads: threadCount)
        threads.start()
        do {
            try await serve(on: threads)
            try await threads.shutdownGracefully()
        } catch {
            try await threads.shutdownGracefully()
            throw error
        }
    }

    private func serve(on threads: NIOThreadPool) async throws {
        let limits = configuration.limits
        var configuration = configuration
        configuration.observer = RPCMetrics(metrics)
        let server = try await RPCServer.start(
            configuration,
            predictor: PredictAdapter(models: service.served),
            control: ControlDispatcher(
                ControlAdapter(service: service, limits: limits)
            ),
            pool: PredictPool(threads, threadCount: threadCount, limits: limits),
            group: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        )
        metrics.observe("loan_default.rpc.connections") { [weak server] in
            server.map { Double($0.connectionCount) }
        }
        metrics.observe("loan_default.rpc.bytes.in_flight") { [weak server] in
            server.map { Double($0.bytesInFlight) }
        }
        logger.info("RPC is listening", metadata: [LogKey.port: "\(server.port)"])
        onListening(server.port)
        try? await gracefulShutdown()
        await server.drain()
    }
}
