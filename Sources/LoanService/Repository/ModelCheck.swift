// SPDX-License-Identifier: Apache-2.0

package import Logging
internal import Synchronization

/// The outcome of a check of storage for a newer model.
package enum ModelCheck: Sendable, Equatable {
    /// Storage has what is in memory.
    case unchanged
    /// A changed model has replaced the one before it.
    case replaced
    /// The model before it stays in memory: storage does not answer, has a model that does not
    /// load, or there is no room to load one now.
    case failed(ServiceError)
}

/// Logs the outcome of the repeated checks of models: each state once, as it begins and as it ends.
package final class ModelCheckLog: Sendable {
    /// Why a model in memory is kept.
    private enum Cause: Equatable {
        case storageAway
        case noRoomNow
        case doesNotLoad(reason: String)
    }

    /// Models whose cause is remembered; beyond that causes are logged again.
    private static let causesMax = 1_024

    private let logger: Logger
    private let causes = Mutex<[ModelReference: Cause]>([:])

    /// A log of models that are all well so far.
    package init(_ logger: Logger) {
        self.logger = logger
    }

    /// Logs the outcome of a look at a model where it is another one than that before.
    package func report(_ reference: ModelReference, _ check: ModelCheck) {
        let cause = Self.cause(of: check)
        let before = causes.withLock { causes in
            if causes.count >= Self.causesMax { causes.removeAll() }
            let before = causes[reference]
            causes[reference] = cause
            return before
        }
        guard cause != before else { return }
        var metadata: Logger.Metadata = [LogKey.modelName: "\(reference.name)"]
        if case .failed(let error) = check { metadata[LogKey.error] = "\(error.sentence)" }
        switch cause {
        case .storageAway:
            logger.warning(
                "storage cannot be asked for a newer model; the one in memory is kept",
                metadata: metadata
            )
        case .noRoomNow:
            logger.warning(
                "a look for a newer model is put off; the one in memory is kept",
                metadata: metadata
            )
        case .doesNotLoad:
            logger.error(
                "the changed model does not load; the old one is kept",
                metadata: metadata
            )
        case nil:
            logger.notice("storage has been asked for a newer model again", metadata: metadata)
        }
    }

    private static func cause(of check: ModelCheck) -> Cause? {
        guard case .failed(let error) = check else { return nil }
        switch error {
        case .unavailable, .deadlineExceeded, .forbidden, .cancelled: return .storageAway
        case .busy, .outOfSpace: return .noRoomNow
        case .invalid, .notFound, .tooLarge, .conflict, .dataLoss, .fault:
            return .doesNotLoad(reason: error.sentence)
        }
    }
}
