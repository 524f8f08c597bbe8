// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import LoanService
internal import Synchronization

/// The names under which RPC callers find models. A name is given by LoadModel, and by Train for
/// the model it stores; it stands for a place in storage, so a newer model there is picked up.
final class RPCModels: Sendable {
    /// Most names at a time.
    static let countMax = 256

    private let service: LoanService
    private let references = Mutex<[String: ModelReference]>([:])

    init(service: LoanService) {
        self.service = service
    }

    /// The names that are known, sorted.
    var names: [String] { references.withLock { $0.keys.sorted() } }

    /// The model in memory; never waits.
    func loaded(_ name: String) throws(RPCStatus) -> ServedModel {
        let model = try reference(name)
        guard let served = service.modelInMemory(model) else {
            throw RPCStatus(
                .failedPrecondition,
                "model \(name) is not in memory any more: send LoadModel again",
                isNotStarted: true
            )
        }
        return served
    }

    /// Reads a model into memory and gives it its name.
    func load(_ reference: ModelReference) async throws(RPCStatus) -> ServedModel {
        do throws(ServiceError) {
            let served = try await service.model(reference)
            try bind(reference)
            return served
        } catch {
            throw RPCStatus(error)
        }
    }

    private func reference(_ name: String) throws(RPCStatus) -> ModelReference {
        guard let reference = references.withLock({ $0[name] }) else {
            throw RPCStatus(
                .notFound,
                "no model \(name) is loaded: send LoadModel first",
                isNotStarted: true
            )
        }
        return reference
    }

    private func bind(_ reference: ModelReference) throws(ServiceError) {
        let isBound = references.withLock { references in
            guard references[reference.name] != nil || references.count < Self.countMax else {
                return false
            }
            references[reference.name] = reference
            return true
        }
        guard isBound else {
            throw .busy(message: "\(Self.countMax) models have names", retryAfterSeconds: 60)
        }
    }
}
