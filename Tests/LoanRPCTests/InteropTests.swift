// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanRPC
import NIOCore
import Protobuf
import TestSupport
import Testing

/// The repository's root.
private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

/// Python with Google's protobuf package, made by `make test`.
private let python = ProcessInfo.processInfo.environment["LOAN_DEFAULT_TEST_PYTHON"]

private func isInstalled(_ program: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
    }
}

/// Runs a program and returns its standard output.
private func run(_ program: String, _ arguments: [String]) async throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    // Read to the end first: a full pipe would stop the program. On a thread of its own, because
    // the server of the test needs the cooperative pool.
    return await withCheckedContinuation { continuation in
        Thread.detachNewThread {
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            continuation.resume(returning: data)
        }
    }
}

private func withFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("ldp-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}

@Suite struct InteropTests {
    @Test(
        .enabled(
            if: python != nil && isInstalled("protoc"),
            "needs LOAN_DEFAULT_TEST_PYTHON with protobuf, and protoc"
        )
    )
    func aClientWrittenFromTheSpecificationWorks() async throws {
        let answer = try await withFolder { folder in
            _ = try await run(
                "protoc",
                [
                    "--proto_path=\(root.path)/proto", "--python_out=\(folder.path)",
                    "loan_default/v1/rpc.proto",
                ]
            )
            return try await withServer { server in
                try await run(
                    python ?? "python3",
                    [
                        "\(root.path)/Tests/Python/ldp_client.py", "\(server.port)", folder.path,
                    ]
                )
            }
        }
        let scenarios = try JSONDecoder().decode([String: Bool].self, from: answer)
        #expect(scenarios.count == 20)
        for (name, isRight) in scenarios { #expect(isRight, "\(name)") }
    }

    @Test(.enabled(if: isInstalled("protoc-c"), "needs protoc-c"))
    func theGeneratedCodeIsThatOfTheSchema() async throws {
        try await withFolder { folder in
            _ = try await run("\(root.path)/.ci/generate-proto", [folder.path])
            let names = ["rpc.pb-c.c", "rpc.pb-c.h", "artifact.pb-c.c", "artifact.pb-c.h"]
            for name in names.map({ "loan_default/v1/\($0)" }) + ["services.pb"] {
                let committed = root.appendingPathComponent("Sources/CLoanProto/generated/\(name)")
                #expect(
                    try Data(contentsOf: folder.appendingPathComponent(name))
                        == Data(contentsOf: committed)
                )
            }
        }
    }

    /// Every indented line of hexadecimal in the specification.
    private func examples() throws -> [[UInt8]] {
        let text = try String(
            contentsOf: root.appendingPathComponent("proto/README.md"),
            encoding: .utf8
        )
        return text.split(separator: "\n").filter { $0.hasPrefix("    ") }.map { line in
            let digits = line.filter { !$0.isWhitespace }
            return stride(from: 0, to: digits.count, by: 2).compactMap { start in
                UInt8(digits.dropFirst(start).prefix(2), radix: 16)
            }
        }
    }

    @Test func theFramesOfTheSpecificationAreWellFormed() throws {
        let frames = try examples().filter { $0.first == FrameHeader.magic }
        let types = try frames.map { bytes in
            let (frame, count) = try #require(WireFrame.first(in: bytes))
            #expect(count == bytes.count)
            return frame.header.type.rawValue
        }
        #expect(Set(types) == Set(1...9))
    }

    @Test func theMessagesOfTheSpecificationMeanWhatItSays() throws {
        let frames = try examples().compactMap { WireFrame.first(in: $0)?.0 }
        func payload(_ type: FrameType) -> [UInt8] {
            frames.first { $0.header.type == type }?.payload ?? []
        }
        var arena = MessageArena()
        let hello = try Hello(decoding: unsafe payload(.hello).span.bytes, in: &arena)
        #expect(hello.agent == "py")
        let goAway = try #require(frames.compactMap(\.goAway).first)
        #expect(
            goAway
                == GoAway(lastStream: 7, code: .ok, reason: "draining", grace: .seconds(20))
        )
        let response = try PredictResponse(walking: unsafe payload(.data).span.bytes)
        #expect(response.probabilities == [0.25])
        #expect(response.labels == [0])
        #expect(response.generation == 1)
        let statuses = frames.compactMap(\.status)
        #expect(
            statuses == [
                RPCStatus(.ok), RPCStatus(.notFound, "gone"),
                RPCStatus(
                    .resourceExhausted,
                    "",
                    retryAfter: .milliseconds(20),
                    isNotStarted: true
                ),
            ]
        )
        let head = try RequestHead(
            decoding: unsafe payload(.request).span.bytes.extracting(2..<7),
            in: &arena,
            limits: RPCLimits()
        )
        #expect(head == RequestHead(method: .ping, timeout: .seconds(1)))
    }

    @Test func ourOwnFramesAreThoseOfTheSpecification() throws {
        var client = Hello()
        client.agent = "py"
        let limits = RPCLimits()
        var server = Hello()
        server.frameBytesMax = limits.frameBytesMax
        server.streamsMax = limits.streamsMax
        server.streamCredit = limits.streamCredit
        server.keepaliveInterval = limits.keepaliveInterval
        server.agent = RPCServerConfiguration().agent
        var buffer = ByteBuffer()
        buffer.writeFrame(.hello, stream: 0, payload: client.encoded())
        buffer.writeFrame(.hello, stream: 0, payload: server.encoded())
        let ping: [UInt8] = [0x0A, 2, 0x68, 0x69]
        buffer.writeBytes(Wire.request(.ping, timeout: .seconds(1), ping))
        buffer.writeBytes(Wire.request(.predictStream, stream: 3, endsStream: false))
        buffer.writeFrame(
            .data,
            stream: 3,
            payload: [0x0A, 4, 0, 0, 0x80, 0x3E, 0x12, 1, 0, 0x21, 1, 0, 0, 0, 0, 0, 0, 0]
        )
        buffer.writeFrame(.data, endsStream: true, stream: 3)
        buffer.writeEnd(result: ping, stream: 1)
        buffer.writeEnd(RPCStatus(.notFound, "gone"), stream: 1)
        buffer.writeEnd(
            RPCStatus(
                .resourceExhausted,
                "",
                retryAfter: .milliseconds(20),
                isNotStarted: true
            ),
            stream: 5
        )
        buffer.writeCredit(65_536, stream: 3)
        buffer.writeFrame(.cancel, stream: 3)
        buffer.writePing(.ping, value: 0x0102_0304_0506_0708)
        buffer.writePing(.pong, value: 0x0102_0304_0506_0708)
        buffer.writeGoAway(
            GoAway(lastStream: 7, code: .ok, reason: "draining", grace: .seconds(20))
        )
        let frames = try examples().filter { $0.first == FrameHeader.magic }
        #expect(frames.flatMap(\.self) == Array(buffer.readableBytesView))
    }

    @Test func theBatchOfTheSpecificationIsThatOfTheClient() throws {
        let lines = try examples()
        let start = try #require(lines.firstIndex { $0.starts(with: [0x0A, 1, 0x6D]) })
        var columns = ApplicationColumns(rowCount: 1)
        columns.numbers = columns.numbers.map { _ in 1 }
        columns.codes = columns.codes.map { _ in 0 }
        let request = PredictRequest(model: "m", rows: .applications(columns))
        #expect(lines[start...].prefix(4).flatMap(\.self) == request.encoded())
    }
}

@Suite struct ControlMessageTests {
    private func roundTrip<Message: ControlMessage & Equatable>(_ message: Message) throws {
        #expect(try Message(decoding: message.encoded()) == message)
    }

    @Test func everyMessageSurvivesItsEncoding() throws {
        let location = LocationMessage(.s3, bucket: "loans", path: "raw/applications.csv")
        var prepare = PrepareDataMessage()
        try roundTrip(prepare)
        prepare.source = location
        prepare.target = LocationMessage(.local, path: "data")
        prepare.size = 400_000
        prepare.seed = 0
        prepare.writesCSV = true
        try roundTrip(prepare)
        var prepared = PrepareDataResult()
        prepared.trainRows = 300_000
        prepared.testRows = 100_000
        prepared.features = 26
        prepared.seed = .max
        try roundTrip(prepared)
        prepared.warnings = ["The copy ytest.npy was not updated.", "ä"]
        try roundTrip(prepared)
        var train = TrainMessage()
        train.data = location
        train.model = location
        train.modelName = "model.joblib"
        train.rounds = 500
        train.learningRate = 0.02
        try roundTrip(train)
        var trained = TrainResult()
        trained.auc = 0.979
        trained.rounds = 500
        trained.generation = 9
        try roundTrip(trained)
        trained.warnings = (0..<64).map { "warning \($0)" }
        try roundTrip(trained)
        var progress = ProgressMessage()
        progress.stage = "boosting"
        progress.done = 3
        progress.total = 500
        progress.loss = 0
        try roundTrip(progress)
        var load = LoadModelMessage()
        load.modelName = "m"
        load.model = location
        load.iterations = "0-40"
        try roundTrip(load)
        var status = ModelStatusResult()
        status.modelName = "m"
        status.state = .ready
        status.schemaID = 7
        status.loadedAtMilliseconds = 1_700_000_000_000
        status.iterations = "scores the first 1 of 2 iterations"
        try roundTrip(status)
        var server = ServerDescription()
        try roundTrip(server)
        server.models = (0..<24).map { index in
            var model = ServerDescription.Model()
            model.name = "model-\(index).joblib"
            model.generation = UInt64(index)
            model.schemaID = .max - UInt64(index)
            model.features = ApplicationColumn.allCases.map { column in
                .init(
                    name: column.name,
                    kind: column.isCategory ? .category : .number,
                    categories: column.isCategory ? ["A", "B", "\(index)", ""] : [],
                    field: column.field
                )
            }
            model.features += [
                .init(name: "has_telephone", kind: .boolean), .init(name: "opened", kind: .date),
            ]
            model.prediction = .classProbabilities
            model.valuesPerRow = index
            model.preparedFeatures = (0..<26).map { "loan_grade_\($0)" }
            model.kernelTier = "avx512"
            return model
        }
        try roundTrip(server)
        let bound = server.models.reduce(0) { $0 + $1.encodedBytesMax }
        #expect(server.encoded().count <= bound)
        #expect(3 * server.encoded().count >= bound)
        var ask = ServerInfoMessage()
        try roundTrip(ask)
        ask.modelName = "m"
        try roundTrip(ask)
    }

    @Test func warningsThatDoNotFitAreCut() throws {
        var trained = TrainResult()
        trained.warnings = [String](repeating: String(repeating: "w", count: 2_000), count: 70)
        let decoded = try TrainResult(decoding: trained.encoded())
        #expect(decoded.warnings.map(\.utf8.count) == [Int](repeating: 1_024, count: 64))
    }

    @Test func aLocationThatIsTooLongIsRefused() {
        var load = LoadModelMessage()
        load.model = LocationMessage(.local, path: String(repeating: "a", count: 1025))
        #expect(throws: MessageError.malformed("a location is too long")) {
            try LoadModelMessage(decoding: load.encoded())
        }
        load.model.path.removeLast()
        #expect(throws: Never.self) { try LoadModelMessage(decoding: load.encoded()) }
    }

    @Test(arguments: 0..<20)
    func damagedMessagesAreRefusedOrDecoded(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var train = TrainMessage()
        train.data = LocationMessage(.s3, bucket: "loans", path: "data")
        train.modelName = "model.joblib"
        train.rounds = 500
        for _ in 0..<500 {
            var bytes = train.encoded()
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            var arena = MessageArena()
            let decoded = try? TrainMessage(decoding: unsafe bytes.span.bytes, in: &arena)
            #expect(arena.bytesUsed <= 2 * bytes.count + MessageBudget.base)
            // What is decoded can be sent on.
            if let decoded { #expect(!decoded.encoded().isEmpty || bytes.isEmpty) }
        }
    }
}
