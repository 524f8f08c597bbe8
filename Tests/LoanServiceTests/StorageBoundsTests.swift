// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanService
import Logging
import Observability
import TestSupport
import Testing

/// What requests may reach, and what a start clears away.
@Suite struct StorageBoundsTests {
    private func service(
        _ folder: TemporaryFolder,
        environment: [String: String],
        buckets: Set<String>?
    ) throws -> LoanService {
        var storage = StorageConfiguration()
        storage.buckets = buckets
        return try LoanService(
            storageRoot: folder.url.path,
            environment: environment,
            threadCount: 1,
            storage: storage,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func reference(_ bucket: String) -> ModelReference {
        ModelReference(
            model: StorageLocation.s3(bucket: bucket, key: "model"),
            name: "model.joblib",
            preprocessor: StorageLocation.s3(bucket: bucket, key: "data")
        )
    }

    @Test("X02: buckets that are not configured are forbidden before anyone is asked")
    func bucketsThatAreNotConfiguredAreForbiddenBeforeAnyoneIsAsked() async throws {
        let listener = try SilentListener()
        let environment = [
            "AWS_ENDPOINT_URL": "http://127.0.0.1:\(listener.port)", "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "b", "AWS_EC2_METADATA_DISABLED": "true",
        ]
        let folder = try TemporaryFolder()
        let service = try service(folder, environment: environment, buckets: ["loan-default"])
        let other = await failure { () throws(ServiceError) in
            try await service.model(reference("other-bucket"))
        }
        guard case .forbidden(let problem)? = other else {
            Issue.record("\(String(describing: other))")
            return
        }
        #expect(problem.location == [.input(.bucket)])
        for bucket in [
            "169.254.169.254", "evil.com/x", "a@b", "[::1]", "a..b", "Upper", "ab",
            String(repeating: "a", count: 64), "localhost:80", "",
        ] {
            let open = try self.service(folder, environment: environment, buckets: nil)
            let refused = await failure { () throws(ServiceError) in
                try await open.model(reference(bucket))
            }
            guard case .invalid(let problems)? = refused else {
                Issue.record("\(bucket): \(String(describing: refused))")
                continue
            }
            #expect(problems.first?.location == [.input(.bucket)])
        }
        #expect(listener.connectionCount == 0)
    }

    @Test("S19: temporary files of the dead are removed at the start")
    func temporaryFilesOfTheDeadAreRemovedAtTheStart() async throws {
        let folder = try ServiceFolder()
        try folder.write("models/.loan-tmp-1f", [1, 2, 3])
        try folder.write("models/kept", [4])
        try await folder.service().sweepStorage()
        #expect(try folder.names("models") == ["kept"])
    }

    @Test(
        "S12: unfinished uploads of ours are aborted at the start",
        .enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason))
    )
    func unfinishedUploadsOfOursAreAbortedAtTheStart() async throws {
        let servers = try S3Server()
        let folder = try ServiceFolder()
        try folder.write("a.csv", [1])
        try servers.upload(folder.folder.path("a.csv"), as: "a.csv", to: "loan-default")
        // moto says that all uploads began in 2010.
        let generation = "20200101T000000Z-00000000"
        for key in [
            "model/m.\(generation)", "a/.loan-default/models/m/objects/\(generation).m",
            "backup/of-another-tool", "a/.loan-default/models/m/notes/\(generation).m",
        ] {
            try servers.beginUpload(key, to: "loan-default")
        }
        let service = try service(
            folder.folder,
            environment: servers.environment(),
            buckets: ["loan-default"]
        )
        await service.sweepStorage()
        let left = try servers.uploads(to: "loan-default")
        #expect(
            left.sorted() == [
                "a/.loan-default/models/m/notes/\(generation).m", "backup/of-another-tool",
            ]
        )
    }

    @Test("S21: storage is down while it does not answer") func storageIsDownWhileItDoesNotAnswer()
        async throws
    {
        let folder = try ServiceFolder()
        try await folder.prepare()
        _ = try await folder.service().train(ServiceFolder.trainRequest())
        let metrics = MetricsRegistry(ServiceMetrics.descriptions)
        let service = try folder.service(
            [
                "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "a",
                "AWS_SECRET_ACCESS_KEY": "b",
            ],
            metrics: metrics
        )
        _ = try await service.model(.named("model.joblib"))
        #expect(metrics.text.contains("loan_default_storage_up 1"))
        let error = await failure { () throws(ServiceError) in
            try await service.model(reference("loan-default"))
        }
        guard case .unavailable? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(metrics.text.contains("loan_default_storage_up 0"))
        _ = try await service.model(.named("model.joblib"))
    }
}

/// Counts connections to a port that nobody serves.
private final class SilentListener: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        // The address lives through each call, which gets its size.
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        port = UInt16(bigEndian: address.sin_port)
    }

    /// Connections that are waiting to be taken.
    var connectionCount: Int {
        var count = 0
        while case let connection = unsafe accept(descriptor, nil, nil), connection >= 0 {
            close(connection)
            count += 1
        }
        return count
    }

    deinit { close(descriptor) }
}
