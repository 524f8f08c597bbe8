// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanArtifact
import LoanModel
import LoanService
import LoanTraining
import Logging
import Machine
import Observability
import TestSupport

/// A storage root with services on it.
struct ServiceFolder {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A service that remembers nothing of the others.
    func service(
        _ environment: [String: String] = [:],
        metrics: MetricsRegistry = MetricsRegistry(),
        memory: MemoryBudget = .ofControlGroup(),
        storage: StorageConfiguration = .init(),
        onLog: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> LoanService {
        try LoanService(
            storageRoot: folder.url.path,
            environment: environment.merging(["AWS_EC2_METADATA_DISABLED": "true"]) { old, _ in old
            },
            threadCount: 1,
            memory: memory,
            storage: storage,
            metrics: metrics,
            logger: Logger(label: "test") { _ in MessageLog(onLog: onLog) }
        )
    }

    /// Passes on the messages that are logged.
    private struct MessageLog: LogHandler {
        let onLog: @Sendable (String) -> Void
        var logLevel = Logger.Level.info
        var metadata = Logger.Metadata()

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { onLog("\(event.message)") }
    }

    /// Puts a file where another tool would, without a manifest.
    func write(_ path: String, _ bytes: [UInt8]) throws {
        let url = folder.url.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: url)
    }

    /// The bytes of a file.
    func read(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.url.appendingPathComponent(path)))
    }

    /// The names in a folder.
    func names(_ path: String) throws -> [String] {
        try FileManager.default
            .contentsOfDirectory(atPath: folder.url.appendingPathComponent(path).path).sorted()
    }

    /// The paths of all files below a folder.
    func files(_ path: String) throws -> [String] {
        let url = folder.url.appendingPathComponent(path)
        return try FileManager.default.subpathsOfDirectory(atPath: url.path)
            .filter { name in
                let path = url.appendingPathComponent(name).path
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                return attributes[.type] as? FileAttributeType != .typeDirectory
            }.sorted()
    }

    /// Prepares invented applications into `data`.
    func prepare(seed: UInt64 = 1) async throws {
        try write("applications.csv", SampleApplications(rows: 1_500, seed: 4).csv())
        _ = try await service().prepareData(Self.dataRequest(seed: seed))
    }

    static func dataRequest(
        seed: UInt64 = 1,
        size: Int = 1_500,
        format: MatrixFormat = .npy
    ) -> DataRequest {
        DataRequest(
            source: StorageLocation.local(path: "applications.csv"),
            target: StorageLocation.local(path: "data"),
            size: size,
            seed: seed,
            format: format
        )
    }

    static func trainRequest(
        _ name: String = "model.joblib",
        rounds: Int = 3,
        maxDepth: Int = 3
    ) -> TrainRequest {
        var parameters = TrainingParameters()
        parameters.rounds = rounds
        parameters.maxDepth = maxDepth
        return TrainRequest(
            data: StorageLocation.local(path: "data"),
            model: models,
            modelName: name,
            parameters: parameters
        )
    }

    static let models = StorageLocation.local(path: "models")
}
