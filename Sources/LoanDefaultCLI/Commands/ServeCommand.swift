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
              loan-default serve --record /var/lib/loan-record --record-mode required
              loan-default serve --token-file tokens --tls-certificate tls.crt \\
                  --tls-key tls.key
            """
    )

    @OptionGroup(title: "Addresses")
    var addresses: AddressOptions

    @OptionGroup(title: "Tokens and TLS")
    var security: SecurityOptions

    @OptionGroup(title: "Models")
    var models: PreloadOptions

    @Option(
        help: "Folder that all local paths of requests must stay under (default: storage)."
    )
    var storageRoot: String?

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

    @OptionGroup(title: "Record of decisions")
    var record: RecordOptions

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
            let hosting = try addresses.hosting()
            let configuration = try ServerConfiguration(
                host: addresses.host(in: hosting),
                httpPort: addresses.httpPort ?? hosting?.port ?? 5000,
                rpcPort: addresses.rpcPort ?? hosting?.otherPorts?[0] ?? 5001,
                grpcPort: addresses.grpcPort,
                metricsPort: addresses.metricsPort ?? hosting?.otherPorts?[1] ?? 5002,
                security: security.configuration(),
                models: models.configuration(),
                modelFolder: models.folder(in: hosting),
                folderIterations: models.chosenIterations(),
                storageRoot: models.root(in: hosting) ?? storageRoot ?? "storage",
                storage: storage.configuration(),
                sharedFolder: sharedFolder ?? hosting.map { _ in "none" },
                record: record.settings(),
                threadCount: threads,
                memoryMebibytesMax: memoryLimit,
                drain: DrainConfiguration(delaySeconds: drainDelay),
                logLevel: level,
                logFormat: logFormat,
                hosting: hosting
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
