// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import NIOPosix

/// A client of one server of loan-default, by its binary RPC.
///
/// It connects with its first call, and again after a connection is lost. A call is sent a second
/// time only when the server says that it has not started it.
///
/// ```swift
/// import LoanDefaultClient
///
/// let port = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 5001
/// let client = try LoanClient(LoanClientConfiguration(host: "localhost", port: port))
/// let vocabulary = try await client.vocabulary(of: "model.joblib")
/// var batch = ApplicationBatch(rowCount: 2)
/// batch[.loanPercentIncome] = [0.59, 0.10]
/// batch[.loanGrade] = vocabulary.codes(.loanGrade, ["D", "B"])
/// let scores = try await client.predict(batch, model: "model.joblib", timeout: .seconds(2))
/// print(scores.probabilities)
/// await client.close()
/// ```
public final class LoanClient: Sendable {
    private let client: RPCClient

    /// A client that connects with its first call, on event loops that all of the process share.
    /// - Throws: `LoanClientError.Code.invalidArgument` when the file of certificates cannot be
    ///   used.
    public init(_ configuration: LoanClientConfiguration) throws(LoanClientError) {
        client = RPCClient(
            try configuration.ofRPC(),
            group: MultiThreadedEventLoopGroup.singleton
        )
    }

    /// Scores one batch.
    /// - Parameters:
    ///   - model: a name that the server serves; `name@generation` pins one generation.
    ///   - margins: whether the scores have log-odds, too.
    ///   - decisions: whether they have points, bands and decisions by the policy of the model.
    ///   - calibrated: whether they have calibrated probabilities, too, which only a model that is
    ///     calibrated has.
    ///   - requestID: what the server knows the call by, 1 to 64 letters, digits, `.`, `_` and `-`;
    ///     nil leaves that to the server. A canary answers the calls of some ids, and a record of
    ///     decisions has them.
    ///   - timeout: the time until the answer; nil takes the configuration's.
    public func predict(
        _ batch: ApplicationBatch,
        model: String,
        margins: Bool = false,
        decisions: Bool = false,
        calibrated: Bool = false,
        requestID: String? = nil,
        timeout: Duration? = nil
    ) async throws(LoanClientError) -> BatchScores {
        do throws(RPCStatus) {
            let response = try await client.predict(
                batch.request(model, Self.outputs(margins, decisions, calibrated)),
                requestID: requestID,
                timeout: timeout
            )
            return BatchScores(response)
        } catch {
            throw LoanClientError(error)
        }
    }

    /// Scores one batch by any model, by the names of its features.
    /// - Parameters:
    ///   - model: as for the columns of the documented table.
    ///   - margins: likewise.
    ///   - decisions: likewise.
    ///   - calibrated: likewise.
    ///   - requestID: likewise.
    ///   - timeout: likewise.
    /// - Throws: `LoanClientError.Code.invalidArgument` where a column does not fit its feature;
    ///   the message names it.
    public func predict(
        _ batch: TableBatch,
        model: String,
        margins: Bool = false,
        decisions: Bool = false,
        calibrated: Bool = false,
        requestID: String? = nil,
        timeout: Duration? = nil
    ) async throws(LoanClientError) -> BatchScores {
        do throws(RPCStatus) {
            let request = batch.request(model, Self.outputs(margins, decisions, calibrated))
            let response = try await client.predict(
                request,
                requestID: requestID,
                timeout: timeout
            )
            return BatchScores(response)
        } catch {
            throw LoanClientError(error)
        }
    }

    /// Scores batches as they come: one answer for each, in the same order.
    /// - Parameters:
    ///   - batches: read as fast as the server takes them.
    ///   - model: as for `predict`.
    ///   - margins: as for `predict`.
    ///   - decisions: as for `predict`.
    ///   - calibrated: as for `predict`.
    ///   - timeout: the time until the last answer; nil takes the configuration's.
    ///   - onScores: takes each answer; the server waits when it is slow.
    public func predictStream<Batches: AsyncSequence<ApplicationBatch, Never> & Sendable>(
        _ batches: Batches,
        model: String,
        margins: Bool = false,
        decisions: Bool = false,
        calibrated: Bool = false,
        timeout: Duration? = nil,
        onScores: @escaping @Sendable (BatchScores) async -> Void
    ) async throws(LoanClientError) {
        do throws(RPCStatus) {
            try await client.predictStream(
                batches.map { @Sendable batch in
                    batch.request(model, Self.outputs(margins, decisions, calibrated))
                },
                timeout: timeout
            ) { await onScores(BatchScores($0)) }
        } catch {
            throw LoanClientError(error)
        }
    }

    private static func outputs(
        _ margins: Bool,
        _ decisions: Bool,
        _ calibrated: Bool
    ) -> PredictOutputs {
        (margins ? PredictOutputs.margins : []).union(decisions ? .decisions : [])
            .union(calibrated ? .calibrated : [])
    }

    /// The categories that a model knows.
    /// - Parameters:
    ///   - model: as for `predict`.
    ///   - timeout: the time until the answer; nil takes the configuration's.
    /// - Throws: `LoanClientError.Code.notFound` for a model that the server does not serve.
    public func vocabulary(
        of model: String,
        timeout: Duration? = nil
    ) async throws(LoanClientError) -> ModelVocabulary {
        var request = ServerInfoMessage()
        request.modelName = model
        do throws(RPCStatus) {
            let bytes = try await client.control(
                .serverInfo,
                message: request.encoded(),
                timeout: timeout
            )
            return try ModelVocabulary(decoding: bytes, of: model)
        } catch {
            throw LoanClientError(error)
        }
    }

    /// Closes all connections. Calls that have not ended fail, and so do later ones.
    public func close() async { await client.close() }
}
