// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanService
import Logging
import TestSupport
import Testing

/// What concerns the whole machine, such as a profile or a proxy, must not keep a server from
/// working on its own disk.
@Suite struct UnusableSettingsTests {
    private static func service(
        _ environment: [String: String],
        _ storage: TemporaryFolder
    ) throws -> LoanService {
        try LoanService(
            storageRoot: storage.url.path,
            environment: environment.merging(["HOME": storage.url.path]) { $1 },
            threadCount: 1,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    @Test(
        arguments: [
            ("AWS_PROFILE", "absent"), ("HTTPS_PROXY", "socks5://127.0.0.1:1080"),
            ("AWS_CA_BUNDLE", "/absent/authority.pem"),
        ]
    )
    func theDiskIsServedWhereOnlyS3CannotBe(variable: String, value: String) throws {
        let storage = try TemporaryFolder()
        let service = try Self.service([variable: value], storage)
        try service.check(Self.training(in: .local(path: "models")))
        let refusal = #expect(throws: ServiceError.self) {
            try service.check(Self.training(in: .s3(bucket: "loan-default", key: "model")))
        }
        guard case .unavailable(let message, _) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(message.hasPrefix("S3 cannot be used: "), "\(message)")
        #expect(message.contains(value) || message.contains(variable), "\(message)")
    }

    @Test(arguments: ["region = no region", "endpoint_url = a/path"])
    func theDiskIsServedWhereAProfileNamesNoStore(line: String) throws {
        let storage = try TemporaryFolder()
        let path = storage.path("config")
        try "[default]\n\(line)\n".write(toFile: path, atomically: true, encoding: .utf8)
        let service = try Self.service(["AWS_CONFIG_FILE": path], storage)
        try service.check(Self.training(in: .local(path: "models")))
        let refusal = #expect(throws: ServiceError.self) {
            try service.check(Self.training(in: .s3(bucket: "loan-default", key: "model")))
        }
        guard case .unavailable(let message, _) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(message.contains("of the profile default"), "\(message)")
    }

    private static func training(in place: StorageLocation) -> TrainRequest {
        TrainRequest(
            data: StorageLocation.local(path: "data"),
            model: place,
            modelName: "model.joblib"
        )
    }

    @Test(arguments: [("AWS_REGION", "no region"), ("AWS_ENDPOINT_URL_S3", "a/path")])
    func whatIsSetForS3AloneStopsTheStart(variable: String, value: String) throws {
        let storage = try TemporaryFolder()
        let error = #expect(throws: StorageSetupError.self) {
            try Self.service([variable: value], storage)
        }
        #expect(try #require(error).description.contains(variable))
    }
}
