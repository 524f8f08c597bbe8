// SPDX-License-Identifier: Apache-2.0

internal import Access
internal import ArgumentParser
internal import LoanRPC
internal import LoanServer
internal import Logging
internal import NIOPosix
internal import Observability

/// `loan-default serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve predictions, data preparation and training over HTTP and RPC.",
        discussion: """
            Examples:
              loan-default serve --storage-root storage
              LOAN_DEFAULT_HTTP_PORT=8080 loan-default serve --storage-root /srv
              loan-default serve --model model.joblib=models,data
              loan-default serve --storage-root . --model mine=model.json
              loan-default serve --token-file tokens --tls-certificate tls.crt \\
                  --tls-key tls.key
            """
    )

    @Option(help: "Address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "Port of the JSON calls (0: any free one).")
    var httpPort = 5000

    @Option(help: "Port of the binary RPC (0: any free one).")
    var rpcPort = 5001

    @Option(help: "Port of /metrics, /healthz and /readyz (0: any free one).")
    var metricsPort = 5002

    @OptionGroup(title: "Tokens and TLS")
    var security: SecurityOptions

    @OptionGroup(title: "Models")
    var models: PreloadOptions

    @Option(help: "Folder that all local paths of requests must stay under.")
    var storageRoot = "storage"

    @OptionGroup var storage: StorageOptions

    @Option(
        help: ArgumentHelp(
            """
            Folder in which servers that are started alike share the names they serve and their \
            jobs: a path, s3://BUCKET/PREFIX, or none (default: that of the first --model, or else \
            the storage root).
            """
        )
    )
    var sharedFolder: String?

    @Option(help: "Threads for training and preparation (default: what the machine grants).")
    var threads: Int?

    @Option(help: "Mebibytes of memory to stay below (default: the control group's limit).")
    var memoryLimit: Int?

    @Option(help: "Seconds to go on serving, not ready any more, after SIGTERM (0 to 3,600).")
    var drainDelay = 5

    @Option(help: "Least severity that is logged: trace, debug, info, notice, warning, error.")
    var logLevel = "info"

    @Option(help: "How log lines are written: json or text.")
    var logFormat = LogFormat.json

    func run() async throws {
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw CommandFailure.usage("--log-level: no such level: \(logLevel)")
        }
        do {
            let configuration = try ServerConfiguration(
                host: host,
                httpPort: httpPort,
                rpcPort: rpcPort,
                metricsPort: metricsPort,
                security: security.configuration(),
                models: models.configuration(),
                modelFolder: models.modelFolder,
                storageRoot: storageRoot,
                storage: storage.configuration(),
                sharedFolder: sharedFolder,
                threadCount: threads,
                memoryMebibytesMax: memoryLimit,
                drain: DrainConfiguration(delaySeconds: drainDelay),
                logLevel: level,
                logFormat: logFormat
            )
            let threads = ServerThreads(
                eventLoops: MultiThreadedEventLoopGroup.singleton,
                files: NIOThreadPool.singleton
            )
            try await Server(configuration: configuration, threads: threads).run()
        } catch let failure as CommandFailure {
            throw failure
        } catch let error as ConfigurationError {
            throw CommandFailure.usage("\(error)")
        } catch {
            throw CommandFailure.failed(NetworkFailure.sentence(error))
        }
    }
}

extension LogFormat: ExpressibleByArgument {}
