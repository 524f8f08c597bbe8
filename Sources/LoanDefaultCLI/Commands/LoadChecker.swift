// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import LoanLoad
internal import LoanModel
internal import LoanRPC
internal import LoanServer
internal import LoanService
internal import Logging

/// Knows the right answers: scores the same calls with the same model, read from the storage root
/// of this machine.
struct LoadChecker {
    /// The code of a missing or unknown category.
    static let unknownCode = ServedModel.missingCode

    private let command: LoadCommand
    private let storageRoot: String

    init(_ command: LoadCommand, storageRoot: String) {
        self.command = command
        self.storageRoot = storageRoot
    }

    /// Compares probabilities bit for bit.
    func check(
        of requests: [PredictRequest]
    ) async throws -> @Sendable (Int, PredictResponse) -> Bool {
        let model = try await model()
        let expected = try requests.map { try Self.scores($0, model).map(\.bitPattern) }
        return { index, response in
            response.probabilities.map(\.bitPattern) == expected[index]
        }
    }

    /// Compares the bodies of `/predict`.
    func check(of bodies: [[UInt8]]) async throws -> @Sendable (Int, [UInt8]) -> Bool {
        let model = try await model()
        let expected = try bodies.map { try PredictRoute.answer(json: $0, model: model) }
        return { index, body in body == expected[index] }
    }

    private func model() async throws -> ServedModel {
        let service = try LoanService(
            storageRoot: storageRoot,
            environment: ProcessInfo.processInfo.environment,
            logger: Logger(label: "load") { _ in SwiftLogNoOpLogHandler() }
        )
        let reference = ModelReference(
            model: StorageLocation.local(path: command.localModelPath ?? ""),
            name: command.modelName,
            preprocessor: command.preprocessorPath.map { StorageLocation.local(path: $0) }
        )
        do throws(ServiceError) {
            return try await service.model(reference)
        } catch {
            throw CommandFailure.failed("--check \(storageRoot): \(error)")
        }
    }

    private static func scores(
        _ request: PredictRequest,
        _ model: ServedModel
    ) throws -> [Float] {
        guard model.prediction == .probability else {
            throw CommandFailure.failed("--check compares probabilities, and the model has none")
        }
        var scores = [Float](repeating: 0, count: request.rowCount)
        var target = scores.mutableSpan
        switch request.rows {
        case .applications(let columns):
            model.score(
                numbers: columns.numbers.span,
                codes: columns.codes.span,
                rowCount: columns.rowCount,
                margins: false,
                into: &target
            )
        case .table:
            throw CommandFailure.failed(
                "--check knows the documented columns alone: use --prepared for another table"
            )
        case .prepared(let matrix):
            model.score(
                prepared: matrix.values.span,
                rowCount: matrix.rowCount,
                margins: false,
                into: &target
            )
        }
        return scores
    }
}
