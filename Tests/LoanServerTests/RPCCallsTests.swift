// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import LoanRPC
import LoanServer
import LoanService
import TestSupport
import Testing

/// The calls of the binary RPC over a real socket, on the real service.
@Suite struct RPCCallsTests {
    @Test("a model trained over RPC scores raw and prepared rows as the core does, bit for bit")
    func scoresEqualTheCore() async throws {
        try await withServer { service, client, storage in
            try await prepareAndTrain(client, storage)
            let information = try #require(try await models(of: client).first)
            #expect(information.name == "model.joblib")
            #expect(information.features.map(\.name) == TableSchema.creditRisk.features.map(\.name))

            var random = SeededGenerator(seed: 5)
            // The last is scored in slices.
            for rowCount in [1, 17, 700, 9_000] {
                let raw = rawRows(rowCount, information, &random)
                let answer = try await client.predict(
                    PredictRequest(
                        model: "model.joblib",
                        rows: .applications(raw),
                        schemaID: information.schemaID
                    )
                )
                let model = try await service.model(Self.reference)
                let expected = model.probabilities(of: Self.forTheCore(raw))
                #expect(answer.probabilities.map(\.bitPattern) == expected.map(\.bitPattern))
                #expect(answer.generation == model.generation)
            }

            let features = information.preparedFeatures.count
            var prepared = PreparedMatrix(rowCount: 9_001, featureCount: features)
            for index in prepared.values.indices {
                prepared.values[index] = Float.random(in: -3...3, using: &random)
            }
            let answer = try await client.predict(
                PredictRequest(model: "model.joblib", rows: .prepared(prepared), outputs: .margins)
            )
            let file = storage.url.appendingPathComponent("models/model.joblib")
            let scoring = try MatrixScoring(model: Array(try Data(contentsOf: file)))
            let matrix = FloatMatrix(rows: 9_001, columns: features, values: prepared.values)
            #expect(answer.margins == (try scoring.scores(matrix, margins: true)))
            #expect(answer.probabilities == (try scoring.scores(matrix, margins: false)))
            var infinite = prepared.values
            infinite[3 * 9_001 + 17] = -.infinity
            let refusal = #expect(throws: MatrixScoring.Failure.self) {
                try scoring.scores(
                    FloatMatrix(rows: 9_001, columns: features, values: infinite),
                    margins: false
                )
            }
            #expect(refusal?.description.contains("row 17, column 3") == true)
        }
    }

    @Test func aModelThatWasStoppedEarlySaysSo() async throws {
        try await withServer { _, client, storage in
            try await prepareAndTrain(client, storage)
            try EarlyStoppedModelTests.stopEarly(storage)
            var load = LoadModelMessage()
            load.modelName = "early.joblib"
            load.model = .init(.local, path: "models")
            load.preprocessor = .init(.local, path: "data")
            let loaded = try ModelStatusResult(
                decoding: try await client.control(.loadModel, message: load.encoded())
            )
            #expect(loaded.trees == 2)
            #expect(loaded.iterations == EarlyStoppedModelTests.sentence)
            load.iterations = "all"
            let whole = try ModelStatusResult(
                decoding: try await client.control(.loadModel, message: load.encoded())
            )
            #expect(whole.trees == 20)
            load.iterations = "some"
            await #expect(
                throws: RPCStatus(
                    .invalidArgument,
                    "iterations: must be best, all, or FIRST-END such as 0-100, where END does "
                        + "not count"
                )
            ) { try await client.control(.loadModel, message: load.encoded()) }
        }
    }

    @Test("a stored version is loaded and asked by its name and generation")
    func aPinnedVersion() async throws {
        try await withServer { service, client, storage in
            try await prepareAndTrain(client, storage)
            let versions = try await service.versions(
                of: "model.joblib",
                in: Self.reference.model
            )
            let name = "model.joblib@\(try #require(versions.first).generation)"
            var load = LoadModelMessage()
            load.modelName = name
            load.model = .init(.local, path: "models")
            load.preprocessor = .init(.local, path: "data")
            let loaded = try ModelStatusResult(
                decoding: try await client.control(.loadModel, message: load.encoded())
            )
            #expect(loaded.modelName == name)
            #expect(loaded.state == .ready)
            let row = ApplicationColumns(rowCount: 1)
            let pinned = try await client.predict(.init(model: name, row))
            let current = try await client.predict(.init(model: "model.joblib", row))
            #expect(pinned.probabilities == current.probabilities)
        }
    }

    @Test(
        "W46 W47 W50 W51: what does not fit the model is refused by name and the connection goes on"
    )
    func refusals() async throws {
        try await withServer { _, client, storage in
            var random = SeededGenerator(seed: 6)
            let row = ApplicationColumns(rowCount: 1)
            let absent = await status { _ = try await client.predict(.init(model: "m", row)) }
            #expect(absent?.code == .failedPrecondition)

            try await prepareAndTrain(client, storage)
            let other = await status { _ = try await client.predict(.init(model: "m", row)) }
            #expect(other?.code == .notFound)
            let information = try #require(try await models(of: client).first)
            var wrongCode = rawRows(3, information, &random)
            wrongCode.codes[4] = 253
            let code = await status {
                _ = try await client.predict(.init(model: "model.joblib", wrongCode))
            }
            #expect(code?.code == .invalidArgument)
            #expect(code?.message.contains("loan_intent, row 1") == true)

            let schema = await status {
                var request = PredictRequest(model: "model.joblib", row)
                request.schemaID = information.schemaID &+ 1
                _ = try await client.predict(request)
            }
            #expect(schema?.code == .failedPrecondition)

            let columns = await status {
                let matrix = PreparedMatrix(rowCount: 2, featureCount: 5)
                _ = try await client.predict(
                    PredictRequest(model: "model.joblib", rows: .prepared(matrix))
                )
            }
            #expect(columns?.code == .failedPrecondition)

            var load = LoadModelMessage()
            load.modelName = "other"
            load.model = .init(.local, path: "models")
            load.preprocessor = .init(.local, path: "data")
            let message = load.encoded()
            let missing = await status {
                _ = try await client.control(.loadModel, message: message)
            }
            #expect(missing?.code == .notFound)
            // By the name that the message has for it, and not by that of a field of JSON.
            #expect(missing?.message.hasPrefix("model: ") == true)
            let pong = try await client.ping([1, 2])
            #expect(pong == [1, 2])
        }
    }

    @Test("W53 W54: extreme numbers give what the core gives, and always a probability")
    func extremes() async throws {
        try await withServer { service, client, storage in
            try await prepareAndTrain(client, storage)
            let extremes: [Float] = [
                0, -0.0, -5, 1e9, -1e9, 1e-38, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
                -.greatestFiniteMagnitude, .nan,
            ]
            var rows = ApplicationColumns(rowCount: extremes.count * 7)
            for index in rows.numbers.indices { rows.numbers[index] = 1 }
            for column in 0..<7 {
                for (place, value) in extremes.enumerated() {
                    let row = column * extremes.count + place
                    rows.numbers[column * rows.rowCount + row] = value
                }
            }
            for index in rows.codes.indices { rows.codes[index] = 0 }
            let answer = try await client.predict(
                PredictRequest(model: "model.joblib", rows)
            )
            let model = try await service.model(Self.reference)
            #expect(
                answer.probabilities.map(\.bitPattern)
                    == model.probabilities(of: Self.forTheCore(rows)).map(\.bitPattern)
            )
            #expect(answer.probabilities.allSatisfy { (0...1).contains($0) })
            #expect(answer.probabilities.count == rows.rowCount)
        }
    }

    @Test(
        "an infinity is refused with column and row, in any slice of a batch, raw or prepared",
        arguments: [(1, 0), (9_000, 8_999), (20_000, 12_345)],
        [Float.infinity, -.infinity]
    )
    func infinities(place: (rowCount: Int, row: Int), value: Float) async throws {
        try await withServer { _, client, storage in
            try await prepareAndTrain(client, storage)
            let information = try #require(try await models(of: client).first)
            var rows = ApplicationColumns(rowCount: place.rowCount)
            rows.numbers[rows.range(of: .loanIntRate).lowerBound + place.row] = value
            let raw = await status {
                _ = try await client.predict(PredictRequest(model: "model.joblib", rows))
            }
            #expect(raw?.code == .invalidArgument)
            #expect(raw?.message.hasPrefix("loan_int_rate, row \(place.row): is infinite") == true)

            let features = information.preparedFeatures
            var matrix = PreparedMatrix(rowCount: place.rowCount, featureCount: features.count)
            matrix.values[5 * place.rowCount + place.row] = value
            let prepared = await status {
                _ = try await client.predict(
                    PredictRequest(model: "model.joblib", rows: .prepared(matrix))
                )
            }
            #expect(prepared?.code == .invalidArgument)
            #expect(
                prepared?.message.hasPrefix("\(features[5]), row \(place.row): is infinite") == true
            )
        }
    }

    @Test("of calls that are scored together, only the one with an infinity is refused")
    func oneInfinityAmongManyCalls() async throws {
        try await withServer { _, client, storage in
            try await prepareAndTrain(client, storage)
            let codes = await withTaskGroup(of: (Int, StatusCode?).self) { tasks in
                for call in 0..<60 {
                    tasks.addTask {
                        var rows = ApplicationColumns(rowCount: 1)
                        if call % 50 == 7 { rows.numbers[0] = .infinity }
                        let refused = await status {
                            _ = try await client.predict(
                                PredictRequest(model: "model.joblib", rows)
                            )
                        }
                        return (call, refused?.code)
                    }
                }
                return await tasks.reduce(into: [Int: StatusCode]()) { $0[$1.0] = $1.1 }
            }
            #expect(
                codes == [
                    7: .invalidArgument, 57: .invalidArgument,
                ]
            )
        }
    }

    @Test("W48: numbers in the wrong byte order give what the core gives for them")
    func wrongByteOrder() async throws {
        try await withServer { service, client, storage in
            try await prepareAndTrain(client, storage)
            let information = try #require(try await models(of: client).first)
            var random = SeededGenerator(seed: 48)
            var rows = rawRows(1_000, information, &random)
            for index in rows.numbers.indices {
                rows.numbers[index] = Float(bitPattern: rows.numbers[index].bitPattern.byteSwapped)
            }
            let answer = try await client.predict(PredictRequest(model: "model.joblib", rows))
            let model = try await service.model(Self.reference)
            #expect(
                answer.probabilities.map(\.bitPattern)
                    == model.probabilities(of: Self.forTheCore(rows)).map(\.bitPattern)
            )
            #expect(answer.probabilities.count == rows.rowCount)
            #expect(answer.probabilities.allSatisfy { (0...1).contains($0) })
        }
    }

    @Test("W68: a largest batch whose deadline passes ends with it, and the connection goes on")
    func lateBatch() async throws {
        try await withServer { _, client, storage in
            try await prepareAndTrain(client, storage)
            let rows = ApplicationColumns(rowCount: 65_536)
            for timeout in 1...20 {
                let late = await status {
                    _ = try await client.predict(
                        PredictRequest(model: "model.joblib", rows: .applications(rows)),
                        timeout: .milliseconds(timeout)
                    )
                }
                #expect(late == nil || late?.code == .deadlineExceeded)
            }
            let whole = try await client.predict(PredictRequest(model: "model.joblib", rows))
            #expect(whole.probabilities.count == rows.rowCount)
        }
    }

    @Test("W63: a largest batch that is cancelled gives its slot back, and the connection goes on")
    func cancelledBatch() async throws {
        try await withServer { _, client, storage in
            try await prepareAndTrain(client, storage)
            let rows = ApplicationColumns(rowCount: 65_536)
            for _ in 0..<50 {
                let call = Task {
                    try await client.predict(PredictRequest(model: "model.joblib", rows))
                }
                try await Task.sleep(for: .milliseconds(2))
                call.cancel()
                _ = await call.result
            }
            let whole = try await client.predict(PredictRequest(model: "model.joblib", rows))
            #expect(whole.probabilities.count == rows.rowCount)
        }
    }

    // MARK: Support

    private static let reference = ModelReference(
        model: StorageLocation.local(path: "models"),
        name: "model.joblib",
        preprocessor: StorageLocation.local(path: "data")
    )

    private func prepareAndTrain(_ client: RPCClient, _ storage: TemporaryFolder) async throws {
        let csv = SampleApplications(rows: 2_000, seed: 4).csv()
        try Data(csv).write(to: storage.url.appendingPathComponent("applications.csv"))
        var prepare = PrepareDataMessage()
        prepare.source = .init(.local, path: "applications.csv")
        prepare.target = .init(.local, path: "data")
        prepare.size = 3_000
        prepare.seed = 1
        let prepared = try PrepareDataResult(
            decoding: try await client.control(.prepareData, message: prepare.encoded())
        )
        #expect(prepared.trainRows + prepared.testRows >= 3_000)
        var train = TrainMessage()
        train.data = .init(.local, path: "data")
        train.model = .init(.local, path: "models")
        train.modelName = "model.joblib"
        train.rounds = 20
        train.depthMax = 4
        let trained = try TrainResult(
            decoding: try await client.control(.train, message: train.encoded())
        )
        #expect(trained.auc > 0.8)
        var ask = ModelStatusMessage()
        ask.modelName = "model.joblib"
        let status = try ModelStatusResult(
            decoding: try await client.control(.modelStatus, message: ask.encoded())
        )
        #expect(status.state == .ready)
        #expect(status.trees == 20)
        #expect(status.generation == trained.generation)
    }

    private func rawRows(
        _ rowCount: Int,
        _ information: ServerDescription.Model,
        _ random: inout SeededGenerator
    ) -> ApplicationColumns {
        var rows = ApplicationColumns(rowCount: rowCount)
        for index in rows.numbers.indices {
            rows.numbers[index] =
                index % 11 == 0 ? .nan : Float.random(in: 0...40_000, using: &random)
        }
        let sizes = information.features.map(\.categories.count).filter { $0 > 0 }
        for index in rows.codes.indices {
            let size = UInt8(sizes[index / rowCount])
            rows.codes[index] =
                index % 7 == 0 ? 255 : UInt8.random(in: 0..<size, using: &random)
        }
        return rows
    }

    /// The same rows for the core: its columns lie in the schema's order, numbers and categories
    /// mixed.
    private static func forTheCore(
        _ rows: ApplicationColumns
    ) -> CodedApplications {
        var (numbers, codes) = (rows.numbers[...], rows.codes[...])
        let columns = ApplicationColumn.allCases.map { column in
            if column.isCategory {
                defer { codes = codes.dropFirst(rows.rowCount) }
                return CodedApplications.Column.codes(Array(codes.prefix(rows.rowCount)))
            }
            defer { numbers = numbers.dropFirst(rows.rowCount) }
            return .numbers(Array(numbers.prefix(rows.rowCount)))
        }
        return CodedApplications(rowCount: rows.rowCount, columns: columns)
    }

    private func models(of client: RPCClient) async throws -> [ServerDescription.Model] {
        try ServerDescription(
            decoding: try await client.control(.serverInfo, message: [])
        ).models
    }

    private func status(_ body: () async throws -> Void) async -> RPCStatus? {
        do {
            try await body()
            return nil
        } catch {
            return error as? RPCStatus
        }
    }

    private func withServer(
        _ body: (LoanService, RPCClient, TemporaryFolder) async throws -> Void
    ) async throws {
        try await BothTransports.with { server in
            try await body(server.service, server.rpc, server.storage)
        }
    }
}

extension PredictRequest {
    fileprivate init(model: String, _ rows: ApplicationColumns) {
        self.init(model: model, rows: .applications(rows))
    }
}
