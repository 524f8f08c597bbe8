// SPDX-License-Identifier: Apache-2.0

import Access
import Admission
import LoanDefaultClient
import LoanRPC
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import TestSupport
import Testing

/// The client that other programs build with, on a real server.
@Suite struct LoanClientTests {
    private let model = "model.joblib"

    @Test func numbersReachTheServerColumnByColumn() async throws {
        try await withServer { port in
            let client = try LoanClient(LoanClientConfiguration(host: "127.0.0.1", port: port))
            var batch = ApplicationBatch(rowCount: 3)
            batch[.personIncome] = [0.25, 0.5, 1]
            #expect(batch[.personIncome] == [0.25, 0.5, 1])
            let scores = try await client.predict(batch, model: model)
            #expect(scores.probabilities == [0.25, 0.5, 1])
            #expect(scores.labels == [0, 0, 1])
            #expect(scores.margins.isEmpty)
            await client.close()
        }
    }

    @Test func aTableTravelsByTheNamesOfItsColumns() async throws {
        try await withServer { port in
            let client = try LoanClient(LoanClientConfiguration(host: "127.0.0.1", port: port))
            var batch = TableBatch(rowCount: 3)
            batch.set("amount", numbers: [9, 9, 9])
            batch.set("rate", numbers: [0.25, 0.5, 1])
            batch.set("amount", doubles: [0.1, 0.2, 0.3])
            batch.set("purpose", texts: ["car", nil, "car"])
            batch.set("has phone", flags: [true, nil, false])
            batch.set("town", codes: [3, nil, 70_000])
            #expect(batch.names == ["amount", "rate", "purpose", "has phone", "town"])
            let scores = try await client.predict(batch, model: model)
            #expect(scores.valuesPerRow == 5 && scores.probabilities.isEmpty)
            #expect(
                scores.values
                    == [0.1, 0.25, 3, 1, 3, 0.2, 0.5, -1, -1, -1, 0.3, 1, 3, 0, 70_000]
            )
            await client.close()
        }
    }

    @Test func everyColumnIsAColumnOfTheProtocol() {
        let names =
            NumberColumn.allCases.map(\.rawValue) + CategoricalColumn.allCases.map(\.rawValue)
        #expect(Set(names) == Set(ApplicationColumn.allCases.map(\.name)))
        for column in NumberColumn.allCases {
            var batch = ApplicationBatch(rowCount: 1)
            #expect(batch[column].map(\.isNaN) == [true])
            batch[column] = [3]
            #expect(NumberColumn.allCases.filter { batch[$0] == [3] } == [column])
        }
        for column in CategoricalColumn.allCases {
            var batch = ApplicationBatch(rowCount: 1)
            #expect(batch[column] == [ModelVocabulary.missing])
            batch[column] = [2]
            #expect(CategoricalColumn.allCases.filter { batch[$0] == [2] } == [column])
        }
    }

    @Test func categoriesHaveTheCodesOfTheModel() async throws {
        try await withServer { port in
            let client = try LoanClient(LoanClientConfiguration(host: "127.0.0.1", port: port))
            let vocabulary = try await client.vocabulary(of: model)
            #expect(vocabulary[.loanGrade] == ["A", "B", "C"])
            #expect(vocabulary.codes(.loanGrade, ["C", nil, "Z", "A"]) == [2, 255, 254, 0])
            #expect(vocabulary[.loanIntent].isEmpty)
            await #expect(throws: LoanClientError.self) {
                try await client.vocabulary(of: "absent")
            }
            await client.close()
        }
    }

    @Test func batchesOfAStreamAreAnsweredInTheirOrder() async throws {
        try await withServer { port in
            let client = try LoanClient(LoanClientConfiguration(host: "127.0.0.1", port: port))
            let incomes: [Float] = (1...20).map { Float($0) / 32 }
            let batches = AsyncStream { source in
                for income in incomes {
                    var batch = ApplicationBatch(rowCount: 1)
                    batch[.personIncome] = [income]
                    source.yield(batch)
                }
                source.finish()
            }
            let (scores, found) = AsyncStream.makeStream(of: Float.self)
            try await client.predictStream(batches, model: model) {
                found.yield($0.probabilities.first ?? -1)
            }
            found.finish()
            var answers: [Float] = []
            for await score in scores { answers.append(score) }
            #expect(answers == incomes)
            await client.close()
        }
    }

    @Test func errorsSayWhatIsWrong() async throws {
        try await withServer { port in
            let client = try LoanClient(LoanClientConfiguration(host: "127.0.0.1", port: port))
            let batch = ApplicationBatch(rowCount: 1)
            let absent = await failure { try await client.predict(batch, model: "absent") }
            #expect(absent?.code == .notFound)
            #expect(absent?.description == "no such model")
            let name = await failure { try await client.predict(batch, model: ".hidden") }
            #expect(name?.code == .invalidArgument)
            let none = ApplicationBatch(rowCount: 0)
            let empty = await failure { try await client.predict(none, model: model) }
            #expect(empty?.code == .invalidArgument)
            await client.close()
            let closed = await failure { try await client.predict(batch, model: model) }
            #expect(closed?.code == .unavailable)
        }
    }

    @Test func aDeadlineThatIsOverIsReported() async throws {
        try await withServer { port in
            let client = try LoanClient(LoanClientConfiguration(host: "127.0.0.1", port: port))
            let late = await failure {
                try await client.predict(
                    ApplicationBatch(rowCount: 1),
                    model: model,
                    timeout: .nanoseconds(1)
                )
            }
            #expect(late?.code == .deadlineExceeded)
            await client.close()
        }
    }

    @Test func aTokenIsAskedFor() async throws {
        try await withServer(token: "secret") { port in
            var configuration = LoanClientConfiguration(host: "127.0.0.1", port: port)
            let batch = ApplicationBatch(rowCount: 1)
            let stranger = try LoanClient(configuration)
            let refused = await failure { try await stranger.predict(batch, model: model) }
            #expect(refused?.code == .unauthenticated)
            await stranger.close()
            configuration.token = "secret"
            let client = try LoanClient(configuration)
            #expect(try await client.predict(batch, model: model).probabilities.count == 1)
            await client.close()
        }
    }

    @Test func onlyAServerOfATrustedAuthorityIsCalledByTLS() async throws {
        let authority = try TestCertificates()
        let pair = try authority.issue("localhost")
        try await withServer(tls: pair) { port in
            var configuration = LoanClientConfiguration(host: "localhost", port: port)
            let batch = ApplicationBatch(rowCount: 1)
            for tls in [nil, LoanClientConfiguration.TLS.systemAuthorities] {
                configuration.tls = tls
                let stranger = try LoanClient(configuration)
                let refused = await failure { try await stranger.predict(batch, model: model) }
                #expect(refused?.code == .unavailable)
                await stranger.close()
            }
            configuration.tls = .authorities(file: authority.authority)
            let client = try LoanClient(configuration)
            #expect(try await client.predict(batch, model: model).probabilities.count == 1)
            await client.close()
        }
    }

    @Test func aFileOfAuthoritiesThatIsAbsentIsNamed() {
        var configuration = LoanClientConfiguration(host: "127.0.0.1")
        configuration.tls = .authorities(file: "/nonexistent/authorities.pem")
        do throws(LoanClientError) {
            _ = try LoanClient(configuration)
            Issue.record("a client was made without its authorities")
        } catch {
            #expect(error.code == .invalidArgument)
            #expect(error.message.hasPrefix("cannot read /nonexistent/authorities.pem: "))
        }
    }

    @Test func aServerThatIsNotThereIsUnavailable() async throws {
        var free = 0
        try await withServer { free = $0 }
        let client = try LoanClient(LoanClientConfiguration(host: "127.0.0.1", port: free))
        let error = await failure {
            try await client.predict(ApplicationBatch(rowCount: 1), model: model)
        }
        #expect(error?.code == .unavailable)
        #expect(error?.isNotStarted == true)
        await client.close()
    }

    // MARK: A server

    private func failure(
        _ body: () async throws -> BatchScores
    ) async -> LoanClientError? {
        do {
            _ = try await body()
        } catch let error as LoanClientError {
            return error
        } catch {
            Issue.record(error)
        }
        return nil
    }

    private func withServer(
        token: String? = nil,
        tls pair: TestCertificates.Pair? = nil,
        _ body: (_ port: Int) async throws -> Void
    ) async throws {
        var configuration = RPCServerConfiguration()
        configuration.host = "127.0.0.1"
        configuration.port = 0
        if let token {
            let entry = TokenTable.Entry(token: Array(token.utf8), scopes: .predict)
            let table = TokenTable([entry], anonymous: nil)
            configuration.tokens = { table }
        }
        if let pair {
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(pair.certificate)
                    .map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: pair.key, format: .pem))
            )
            tls.applicationProtocols = [RPCServerConfiguration.alpn]
            let context = try NIOSSLContext(configuration: tls)
            configuration.addTLS = { try $0.addHandler(NIOSSLServerHandler(context: context)) }
        }
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let server = try await RPCServer.start(
            configuration,
            predictor: IncomeModel(),
            control: ControlDispatcher(GradeService()),
            pool: PredictPool(threads, threadCount: 1, limits: configuration.limits.admission),
            group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(server.port)) } catch { outcome = .failure(error) }
        await server.close()
        try await threads.shutdownGracefully()
        try outcome.get()
    }
}

/// Takes incomes for probabilities; missing ones are 0. Of columns by name, the values are the
/// cells of a row: numbers, codes, lengths of texts; -1 where one is missing.
private struct IncomeModel: PredictHandler {
    func predict(
        _ batch: borrowing PredictBatch,
        with model: Void,
        into scores: inout PredictScores,
        until stop: StopSignal
    ) throws(RPCStatus) {
        guard batch.model != "absent" else { throw RPCStatus(.notFound, "no such model") }
        let rowCount = batch.rowCount
        if let columns = batch.columns.first {
            return Self.repeat(columns, rowCount, into: &scores)
        }
        let column = ApplicationColumn.numbers.firstIndex(of: .personIncome) ?? 0
        let incomes = batch.withNumbers { numbers in
            (0..<rowCount).map { numbers[column * rowCount + $0] }
        }
        scores.withProbabilities { target in
            for row in 0..<rowCount { target[row] = incomes[row].isNaN ? 0 : incomes[row] }
        }
    }

    private static func `repeat`(
        _ columns: ColumnBatch,
        _ rowCount: Int,
        into scores: inout PredictScores
    ) {
        let cells = (0..<columns.count).map { index -> [Float] in
            if let numbers = columns.numbers(index) { return numbers }
            let texts = columns.texts(index)
            return (columns.codes(index) ?? []).map { code in
                guard code != ColumnBatch.missing else { return -1 }
                return texts.isEmpty ? Float(code) : Float(texts[Int(code)].count)
            }
        }
        scores.withValues(perRow: columns.count) { target in
            for index in target.indices {
                target[index] = cells[index % columns.count][index / columns.count]
            }
        }
    }
}

/// Describes one model.
private struct GradeService: ControlService {
    private static let unserved = RPCStatus(.unimplemented, "not part of the test")

    func serverInfo(_ request: ServerInfoMessage) async throws(RPCStatus) -> ServerDescription {
        guard request.modelName == "model.joblib" else {
            throw RPCStatus(.notFound, "no such model")
        }
        var described = ServerDescription.Model()
        described.name = request.modelName
        described.features = [
            ServerDescription.Feature(name: "person_income", kind: .number, field: 17),
            ServerDescription.Feature(
                name: "loan_grade",
                kind: .category,
                categories: ["A", "B", "C"],
                field: 21
            ),
        ]
        var description = ServerDescription()
        description.models = [described]
        return description
    }

    func prepareData(
        _ request: PrepareDataMessage,
        progress: @escaping @Sendable (ProgressMessage) -> Void
    ) async throws(RPCStatus) -> PrepareDataResult { throw Self.unserved }

    func train(
        _ request: TrainMessage,
        progress: @escaping @Sendable (ProgressMessage) -> Void
    ) async throws(RPCStatus) -> TrainResult { throw Self.unserved }

    func loadModel(_ request: LoadModelMessage) async throws(RPCStatus) -> ModelStatusResult {
        throw Self.unserved
    }

    func modelStatus(_ request: ModelStatusMessage) async throws(RPCStatus) -> ModelStatusResult {
        throw Self.unserved
    }

    func setChallenger(
        _ request: SetChallengerMessage
    ) async throws(RPCStatus) -> ChallengerResult { throw Self.unserved }

    func challenger(_ request: ChallengerMessage) async throws(RPCStatus) -> ChallengerResult {
        throw Self.unserved
    }
}
