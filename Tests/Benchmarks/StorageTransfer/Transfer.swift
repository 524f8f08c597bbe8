// SPDX-License-Identifier: Apache-2.0

import Glibc
import ObjectStorage

/// Arguments: `put` or `get`, the folder and the name of the local file, the key.
struct Transfer {
    private let arguments: [String]

    init(arguments: [String]) {
        self.arguments = arguments
    }

    func run() throws {
        let environment = Self.environment()
        let configuration = try S3Configuration(environment: environment)
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
        print(duration / .seconds(1), try Self.peakMegabytes())
    }

    /// The variables that S3 is configured by.
    private static func environment() -> [String: String] {
        let names = [
            "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION",
        ]
        var result: [String: String] = [:]
        for name in names {
            // The value is copied at once; nothing in this process changes the environment.
            if let value = unsafe getenv(name) { result[name] = unsafe String(cString: value) }
        }
        return result
    }

    /// The most memory this process had, in MB: not that of `getrusage`, which counts the parent
    /// from before the start of this program, too.
    private static func peakMegabytes() throws -> Double {
        let fileSystem = LinuxFileSystem()
        let folder = try fileSystem.openRoot("/proc/self")
        let file = try fileSystem.open("status", in: folder, .read)
        var bytes: [UInt8] = []
        try fileSystem.read(file, at: 0, into: &bytes, bytesMax: 16_384)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        let line = lines.first { $0.hasPrefix("VmHWM:") }
        let words = line?.split { $0 == " " || $0 == "\t" } ?? []
        guard words.count == 3, let kibibytes = Double(words[1]) else { return .nan }
        return kibibytes * 1_024 / 1e6
    }
}

/// Why there was no transfer.
enum TransferError: Error {
    case usage
}
