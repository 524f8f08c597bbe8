// SPDX-License-Identifier: Apache-2.0

import BenchSupport
import Foundation
import ObjectStorage

/// Starts the server, runs both tools in turns, and prints medians.
struct Benchmark {
    private var python = "python3"
    private var aws = "aws"
    /// Where results go as JSON; else they are printed for people.
    private var reportPath: String?
    /// The server's own time differs by half from one transfer to the next.
    private var rounds = 9
    private var megabytes = 300

    init(arguments: [String]) throws {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--json": reportPath = try Self.value(&rest)
            case "--python": python = try Self.value(&rest)
            case "--aws": aws = try Self.value(&rest)
            case "--rounds": rounds = try Self.number(&rest)
            case "--megabytes": megabytes = try Self.number(&rest)
            default: throw BenchmarkError.usage
            }
        }
    }

    func run() throws {
        let folder = NSTemporaryDirectory() + "storage-bench-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: false
        )
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try writeFile(folder + "/source")
        let server = try BenchServer(python: python)
        var rows = [signing()]
        for direction in ["put", "get"] {
            var own: [(seconds: Double, megabytes: Double)] = []
            var other: [Double] = []
            for _ in 0..<max(1, rounds) {
                own.append(try transfer(direction, folder, server))
                other.append(try copy(direction, folder, server))
            }
            rows += report(direction, own, other)
        }
        if let path = reportPath {
            try rows.write(to: path)
        } else {
            for row in rows { print(row.line) }
        }
    }

    private func report(
        _ direction: String,
        _ own: [(seconds: Double, megabytes: Double)],
        _ other: [Double]
    ) -> [BenchRow] {
        let size = Double(megabytes)
        let rate = size / Self.median(own.map(\.seconds))
        let baseline = size / Self.median(other)
        let memory = Self.median(own.map(\.megabytes))
        let name = "Storage: \(direction) \(megabytes) MB"
        return [
            BenchRow(name, rate, "MB/s", baseline: "aws s3 cp", baseline),
            BenchRow(name + ", peak memory", memory, "MB", baseline: "limit", 40),
        ]
    }

    private func transfer(
        _ direction: String,
        _ folder: String,
        _ server: BenchServer
    ) throws -> (seconds: Double, megabytes: Double) {
        let file = direction == "put" ? "source" : "target"
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let sibling = URL(fileURLWithPath: own).deletingLastPathComponent()
            .appendingPathComponent("storage-transfer").path
        let output = try server.run(sibling, [direction, folder, file, "own"])
        let numbers = output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard numbers.count == 2 else { throw BenchmarkError.commandFailed("transfer") }
        return (numbers[0], numbers[1])
    }

    private func copy(
        _ direction: String,
        _ folder: String,
        _ server: BenchServer
    ) throws -> Double {
        let object = "s3://loan-default/other"
        let paths =
            direction == "put" ? [folder + "/source", object] : [object, folder + "/target"]
        let clock = ContinuousClock()
        let duration = try clock.measure {
            _ = try server.run(
                aws,
                ["s3", "cp", "--only-show-errors", "--endpoint-url", server.endpoint] + paths
            )
        }
        return duration / .seconds(1)
    }

    /// The time of one signature of a typical request, against the limit of 15 us.
    private func signing() -> BenchRow {
        let keys = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")
        let scope = SigV4.Scope(
            secondsSince1970: 1_800_000_000,
            region: "us-east-1",
            service: "s3"
        )
        let hash = String(repeating: "e3", count: 32)
        let request = SigV4.Request(
            method: "GET",
            encodedPath: "/loan-default/data/Xtrain.npy",
            query: [("partNumber", "1"), ("uploadId", "abcdef")],
            headers: [
                ("host", "s3.us-east-1.amazonaws.com"), ("range", "bytes=0-8388607"),
                ("x-amz-date", scope.amzDate), ("x-amz-content-sha256", hash),
            ],
            payloadHash: hash
        )
        let clock = ContinuousClock()
        var samples: [Double] = []
        var length = 0
        for _ in 0..<7 {
            let duration = clock.measure {
                for _ in 0..<2_000 {
                    length += SigV4.authorization(request, keys, scope).utf8.count
                }
            }
            samples.append(duration / .microseconds(2_000))
        }
        precondition(length > 0, "the signatures are used, so that none is optimized away")
        return BenchRow(
            "Storage: sign one request",
            Self.median(samples),
            "us",
            baseline: "limit",
            15
        )
    }

    private func writeFile(_ path: String) throws {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        guard let file = FileHandle(forWritingAtPath: path) else { throw BenchmarkError.usage }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<megabytes {
            var block = Data(capacity: 1_000_000)
            for _ in 0..<125_000 {
                var word = random.next()
                for _ in 0..<8 {
                    block.append(UInt8(truncatingIfNeeded: word))
                    word >>= 8
                }
            }
            try file.write(contentsOf: block)
        }
        try file.close()
    }

    private static func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2]
    }

    private static func value(_ rest: inout ArraySlice<String>) throws -> String {
        guard let value = rest.popFirst() else { throw BenchmarkError.usage }
        return value
    }

    private static func number(_ rest: inout ArraySlice<String>) throws -> Int {
        guard let number = Int(try value(&rest)), number > 0 else { throw BenchmarkError.usage }
        return number
    }
}
