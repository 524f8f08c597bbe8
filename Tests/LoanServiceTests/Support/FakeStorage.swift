// SPDX-License-Identifier: Apache-2.0

import LoanService
import Synchronization

/// Storage of models that tests control: what versions it has, whether it fails, whether it hangs.
final class FakeStorage: Sendable {
    private struct State {
        var versions: [String: Int] = [:]
        var failure: ServiceError?
        var isOpen = true
        var loads: [String] = []
        var checks = 0
    }

    private let state = Mutex(State())
    private let model: @Sendable () throws -> ServedModel

    init(_ names: [String], model: @escaping @Sendable () throws -> ServedModel = TestModel.served)
    {
        self.model = model
        state.withLock { state in
            for name in names { state.versions[name] = 1 }
        }
    }

    /// Names of the loads since the start.
    var loads: [String] { state.withLock { $0.loads } }
    /// Checks since the start.
    var checks: Int { state.withLock { $0.checks } }

    /// Stores a newer version.
    func replace(_ name: String) { state.withLock { $0.versions[name, default: 0] += 1 } }

    /// Fails all calls from now on; nil ends that.
    func fail(_ failure: ServiceError?) { state.withLock { $0.failure = failure } }

    /// Whether calls return; a call to closed storage waits.
    func setOpen(_ isOpen: Bool) { state.withLock { $0.isOpen = isOpen } }

    var loader: ModelRepository.Loader {
        .init(
            load: { (reference) throws(ServiceError) in
                self.state.withLock { $0.loads.append(reference.name) }
                let tags = try self.tags(reference)
                guard let model = try? self.model() else { throw .fault(reference: "test") }
                return .init(model: model, tags: tags)
            },
            tags: { (reference) throws(ServiceError) in
                self.state.withLock { $0.checks += 1 }
                return try self.tags(reference)
            }
        )
    }

    private func tags(_ reference: ModelReference) throws(ServiceError) -> ModelTags {
        while !state.withLock({ $0.isOpen }) { pause() }
        let (version, failure) = state.withLock { ($0.versions[reference.name], $0.failure) }
        if let failure { throw failure }
        guard let version else {
            throw .notFound(FieldProblem(.modelName, "not there", kind: .notFound))
        }
        return ModelTags(model: "\(version)", preprocessor: "1")
    }
}

extension ModelReference {
    /// A model of the tests by name.
    static func named(_ name: String) -> ModelReference {
        ModelReference(
            model: StorageLocation.local(path: "models"),
            name: name,
            preprocessor: StorageLocation.local(path: "data")
        )
    }
}
