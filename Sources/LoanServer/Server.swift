// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import LoanRPC
internal import LoanService
internal import LoanTraining
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// The serving process: builds the parts, runs them as one group, and stops them in order when
/// SIGTERM or SIGINT arrives.
package struct Server {
    private let configuration: ServerConfiguration
    private let logger: Logger

    package init(configuration: ServerConfiguration) {
        self.configuration = configuration
        var logger = Logger(label: "loan-default") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = configuration.logLevel
        self.logger = logger
    }

    /// Serves until a signal stops it.
    /// - Throws: `ConfigurationError` when the storage root or the port cannot be used.
    package func run() async throws {
        let service = try makeService()
        let readiness = Readiness()
        let http = HTTPApplication(service: service, logger: logger).listener(
            host: configuration.host,
            port: configuration.httpPort
        ) { [logger] server in
            logger.info("HTTP is listening", metadata: [LogKey.port: "\(server.port)"])
            readiness.set(true)
        }
        let health = HealthApplication(readiness: readiness).listener(
            host: configuration.host,
            port: configuration.metricsPort
        )
        var rpc = RPCServerConfiguration()
        rpc.host = configuration.host
        rpc.port = configuration.rpcPort
        rpc.agent = Product.name
        let listener = RPCListener(
            configuration: rpc,
            service: service,
            threadCount: configuration.threadCount ?? ThreadBudget.available(),
            logger: logger
        )
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: ModelRefresh(service: service)),
                    .init(
                        service: NamedListener(
                            http,
                            option: "http-port",
                            port: configuration.httpPort
                        )
                    ),
                    .init(
                        service: NamedListener(
                            listener,
                            option: "rpc-port",
                            port: configuration.rpcPort
                        )
                    ),
                    .init(
                        service: NamedListener(
                            health,
                            option: "metrics-port",
                            port: configuration.metricsPort
                        )
                    ),
                    .init(service: ReadinessSwitch(readiness: readiness)),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
    }

    private func makeService() throws(ConfigurationError) -> LoanService {
        do {
            try FileManager.default.createDirectory(
                atPath: configuration.storageRoot,
                withIntermediateDirectories: true
            )
            return try LoanService(
                storageRoot: configuration.storageRoot,
                environment: ProcessInfo.processInfo.environment,
                threadCount: configuration.threadCount,
                logger: logger
            )
        } catch {
            throw .unusable(
                option: "storage-root",
                value: configuration.storageRoot,
                reason: "\(error.localizedDescription)"
            )
        }
    }
}
