// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import ObjectStorage

/// Arguments: `put` or `get`, the folder and the name of the local file, the key.
struct Transfer {
    private let arguments: [String]

    init(arguments: [String]) {
        self.arguments = arguments
    }

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        guard let configuration = S3Configuration(environment: environment) else {
            throw TransferError.usage
        }
        let chain = CredentialsChain(environment: environment, region: configuration.region)
        let bucket = try S3Store(
            bucket: BucketName("loan-default"),
            configuration: configuration,
            credentials: chain
        )
        let local = try LocalStore(root: arguments[1])
        let file = try ObjectKey(arguments[2])
        let key = try ObjectKey(arguments[3])
        let deadline = ContinuousClock.now + .seconds(300)
        let clock = ContinuousClock()
        let duration = try clock.measure {
            if arguments[0] == "put" {
                try bucket.put(key, .always, deadline: deadline, from: local.source(file))
            } else {
                try local.put(file, deadline: deadline) { sink throws(ObjectStoreError) in
                    _ = try bucket.get(key, .all, deadline: deadline, into: sink)
                }
            }
        }
        print(duration / .seconds(1), Self.peakMegabytes())
    }

    /// The most memory this process had, in MB.
    private static func peakMegabytes() -> Double {
        let bytes = (try? Data(contentsOf: URL(filePath: "/proc/self/status"))) ?? Data()
        let status = String(decoding: bytes, as: UTF8.self)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap { Double($0) }
        return (kibibytes ?? .nan) * 1_024 / 1e6
    }
}

/// Why there was no transfer.
enum TransferError: Error {
    case usage
}
