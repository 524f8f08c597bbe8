// SPDX-License-Identifier: Apache-2.0

import LoanArtifact
import LoanModel
import LoanService
import Logging
import Observability
import TestSupport
import Testing

/// Servers on one storage root, with two models over the same features in it.
struct ChallengerFleet {
    static let list = ".loan-default/shared/challengers.json"
    static let champion = "champion"
    static let challenger = "challenger"

    let folder: ServiceFolder

    init() throws {
        folder = try ServiceFolder()
        let model = try TestModel.shared.get()
        try folder.write("models/\(Self.champion)", model.xgboost)
        try folder.write("models/\(Self.challenger)", Self.other.get().xgboost)
        try folder.write(
            "data/preprocessor.sav",
            PreprocessorArtifact.encode(model.preprocessor, producer: "a test")
        )
    }

    /// Another forest over the same columns, trained once for all tests.
    private static let other = Result { try TestModel(seed: 1, rounds: 7, learningRate: 0.6) }

    /// Another server.
    func service(
        shares: Bool = true,
        metrics: MetricsRegistry = MetricsRegistry(),
        onLog: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> LoanService {
        var storage = StorageConfiguration()
        storage.models.revalidationInterval = .milliseconds(50)
        if shares { storage.shared = StorageLocation.local(path: ".") }
        return try folder.service(metrics: metrics, storage: storage, onLog: onLog)
    }

    func place(_ name: String, in folder: String = "models") -> ModelReference {
        ModelReference(
            model: StorageLocation.local(path: folder),
            name: name,
            preprocessor: StorageLocation.local(path: "data")
        )
    }

    /// A server that serves the champion.
    func serving(
        shares: Bool = true,
        metrics: MetricsRegistry = MetricsRegistry()
    ) async throws -> LoanService {
        let service = try service(shares: shares, metrics: metrics)
        _ = try await service.serve(place(Self.champion))
        return service
    }

    static func setup(
        _ mode: ChallengerSetup.Mode,
        share: Double? = nil,
        model: String = challenger
    ) throws -> ChallengerSetup {
        try ChallengerSetup(model: model, mode: mode, share: share, of: champion)
    }
}

/// Rows that a champion has answered.
struct AnsweredRows {
    let champion: ServedModel
    let applications: CodedApplications
    let scores: ServedModel.Scores

    init(_ service: LoanService, rows: Int, seed: UInt64 = 9) throws {
        champion = try service.served.model(ChallengerFleet.champion)
        let table = SampleApplications(rows: rows, seed: seed).csv()
        applications = try champion.applications(csv: table)
        scores = champion.scores(of: applications, keepsMargins: true)
    }

    /// Hands some of them over, as a transport does: again where the thread that scores has been
    /// interrupted while it took rows.
    func observe(
        _ rows: Range<Int>,
        by service: LoanService,
        id: String = "call",
        prepared: [Float] = []
    ) throws {
        let challenge = try #require(
            service.challengers.challenge(of: ChallengerFleet.champion)
        )
        var contended: Int
        repeat {
            contended = challenge.passedOverCount(.contended)
            try handOver(rows, by: service, id: id, prepared: prepared)
        } while challenge.passedOverCount(.contended) > contended
    }

    private func handOver(
        _ rows: Range<Int>,
        by service: LoanService,
        id: String,
        prepared: [Float]
    ) throws {
        let (numbers, codes) = applications.matrices
        let margins = Array(try #require(scores.margins)[rows])
        let values = Array(scores.predictions[rows])
        service.challengers.observe(
            CallOrigin(
                id: CallID(given: id, number: 0),
                transport: .predict,
                model: ChallengerFleet.champion
            ),
            by: champion,
            rows: rows,
            of: applications.rowCount,
            numbers: numbers.span,
            codes: codes.span,
            prepared: prepared.span,
            margins: margins.span,
            values: values.span
        )
    }
}
