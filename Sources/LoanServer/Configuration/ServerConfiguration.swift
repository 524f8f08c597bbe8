// SPDX-License-Identifier: Apache-2.0

package import Access
package import LoanService
package import Logging
package import Observability

/// Everything that `loan-default serve` can be configured with, checked before anything listens.
package struct ServerConfiguration: Sendable {
    /// Address to listen on.
    package let host: String
    /// Port of the JSON calls; 0 takes a free one.
    package let httpPort: Int
    /// Port of the binary RPC; 0 takes a free one.
    package let rpcPort: Int
    /// Port of gRPC; 0 takes a free one, nil leaves it out.
    package let grpcPort: Int?
    /// Port of health checks, kept from the public load balancer; 0 takes a free one.
    package let metricsPort: Int
    /// Tokens and TLS.
    package let security: SecurityConfiguration
    /// Models that are served from the start.
    package let models: [PreloadedModel]
    /// The folder whose models are served, as they come and go; nil for none.
    package let modelFolder: StorageLocation?
    /// Which iterations of its models count.
    package let folderIterations: ModelIterations
    /// Folder that all local paths of requests must stay under.
    package let storageRoot: String
    /// What requests may reach in storage, and how models are kept.
    package let storage: StorageConfiguration
    /// The folder in which this server and others share the names they serve, and their jobs; nil
    /// keeps both to this server.
    package let shared: StorageLocation?
    /// How decisions are recorded; nil records none.
    package let record: RecordSettings?
    /// Threads for training and preparation; nil takes what the machine grants.
    package let threadCount: Int?
    /// Least severity that is logged.
    package let logLevel: Logger.Level
    /// Bytes of memory the process may take; nil takes what its control group grants.
    package let memoryBytesMax: Int?
    /// How the server stops.
    package let drain: DrainConfiguration
    /// How log lines are written.
    package let logFormat: LogFormat
    /// The container of SageMaker that the process is; nil for another process.
    package let hosting: SageMakerHosting?

    /// A server needs some of the first; the last is a pebibyte.
    private static let memoryRange = 16...1 << 30

    /// - Parameters:
    ///   - modelFolder: a path or `s3://BUCKET/PREFIX`.
    ///   - folderIterations: the iterations that count of its models.
    ///   - sharedFolder: a path, `s3://BUCKET/PREFIX`, or `none`; nil takes the folder of the first
    ///     model of the start that names one for its preprocessor, so that servers that are
    ///     started alike meet, or else the storage root.
    /// - Throws: `ConfigurationError` naming the option.
    package init(
        host: String = "127.0.0.1",
        httpPort: Int = 5000,
        rpcPort: Int = 5001,
        grpcPort: Int? = nil,
        metricsPort: Int = 5002,
        security: SecurityConfiguration = .open,
        models: [PreloadedModel] = [],
        modelFolder: String? = nil,
        folderIterations: ModelIterations = .best,
        storageRoot: String = "storage",
        storage: StorageConfiguration = .init(),
        sharedFolder: String? = nil,
        record: RecordSettings? = nil,
        threadCount: Int? = nil,
        memoryMebibytesMax: Int? = nil,
        drain: DrainConfiguration = .standard,
        logLevel: Logger.Level = .info,
        logFormat: LogFormat = .json,
        hosting: SageMakerHosting? = nil
    ) throws(ConfigurationError) {
        let ports = [
            ("http-port", httpPort), ("rpc-port", rpcPort), ("metrics-port", metricsPort),
            ("grpc-port", grpcPort ?? 0),
        ]
        for (option, port) in ports {
            guard (0...65_535).contains(port) else {
                throw .outOfRange(option: option, value: port, range: 0...65_535)
            }
        }
        guard httpPort != metricsPort || httpPort == 0 else {
            throw .unusable(
                option: "metrics-port",
                value: "\(metricsPort)",
                reason: "is the HTTP port already"
            )
        }
        guard rpcPort == 0 || (rpcPort != httpPort && rpcPort != metricsPort) else {
            throw .unusable(
                option: "rpc-port",
                value: "\(rpcPort)",
                reason: "is the port of HTTP or of the health checks already"
            )
        }
        if let grpcPort, grpcPort != 0, [httpPort, rpcPort, metricsPort].contains(grpcPort) {
            throw .unusable(
                option: "grpc-port",
                value: "\(grpcPort)",
                reason: "is the port of HTTP, of the RPC or of the health checks already"
            )
        }
        if let threadCount, !(1...1024).contains(threadCount) {
            throw .outOfRange(option: "threads", value: threadCount, range: 1...1024)
        }
        if let memoryMebibytesMax, !Self.memoryRange.contains(memoryMebibytesMax) {
            throw .outOfRange(
                option: "memory-limit",
                value: memoryMebibytesMax,
                range: Self.memoryRange
            )
        }
        guard !storageRoot.isEmpty else { throw .missing(option: "storage-root") }
        self.host = host
        self.httpPort = httpPort
        self.rpcPort = rpcPort
        self.grpcPort = grpcPort
        self.metricsPort = metricsPort
        self.security = security
        self.storageRoot = storageRoot
        self.models = models
        self.modelFolder = try modelFolder.map { (text) throws(ConfigurationError) in
            try Self.place(text, "model-folder", "a path or s3://BUCKET/PREFIX")
        }
        self.folderIterations = folderIterations
        self.storage = storage
        shared = try Self.shared(sharedFolder, models)
        self.record = record
        self.threadCount = threadCount
        memoryBytesMax = memoryMebibytesMax.map { $0 << 20 }
        self.drain = drain
        self.logLevel = logLevel
        self.logFormat = logFormat
        self.hosting = hosting
    }
}

extension ServerConfiguration {
    private static func shared(
        _ text: String?,
        _ models: [PreloadedModel]
    ) throws(ConfigurationError) -> StorageLocation? {
        guard let text else {
            // Where a place may be a file, nothing can be put.
            return models.first { $0.reference.preprocessor != nil }?.reference.model
                ?? .local(path: ".")
        }
        return text == "none"
            ? nil
            : try place(
                text,
                "shared-folder",
                "a path, s3://BUCKET/PREFIX, or none"
            )
    }

    private static func place(
        _ text: String,
        _ option: String,
        _ words: String
    ) throws(ConfigurationError) -> StorageLocation {
        guard let place = PreloadedModel.place(text[...]) else {
            throw .unusable(option: option, value: text, reason: "is not \(words)")
        }
        return place
    }
}
