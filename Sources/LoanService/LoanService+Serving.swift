// SPDX-License-Identifier: Apache-2.0

package import LoanTraining
internal import Logging

/// The operations that change what is served under a name. They end in one way for all
/// transports: a failure before storage has changed is thrown, and one after that is a warning of a
/// success.
extension LoanService {
    /// Trains a model, stores it, and serves it under its name.
    ///
    /// A stored model that cannot be served is a success with a warning: another server may have
    /// room for it, and this one may later.
    /// - Parameter progress: called after each round on the training thread; false cancels.
    package func trainAndServe(
        _ request: TrainRequest,
        progress: @escaping @Sendable (TrainingProgress) -> Bool = { _ in true }
    ) async throws(ServiceError) -> ServedTraining {
        var result = try await train(request, progress: progress)
        let reference = ModelReference(
            model: request.model,
            name: request.modelName,
            preprocessor: request.data
        )
        let (model, warning) = await serve(reference, version: result.version)
        if let warning { result.warnings.append(warning) }
        return ServedTraining(result: result, model: model)
    }

    /// The stored generations of a model, newest first.
    /// - Parameter name: `NAME`, or `NAME@GENERATION` for one of them.
    package func versions(
        of name: String,
        in folder: StorageLocation
    ) async throws(ServiceError) -> [ModelVersion] {
        let resolver = resolver
        return try await histories.withPlace { () throws(ServiceError) in
            try await onOwnThread(named: "versions") { () throws(ServiceError) in
                try ModelVersions(folder, name: name, resolver: resolver).list()
            }
        }
    }

    /// Makes an earlier generation of a model the current one, with the preprocessor that it was
    /// trained with.
    /// - Parameters:
    ///   - name: `NAME`, or `NAME@GENERATION` for the generation to go back to.
    ///   - generation: nil takes the one that the name pins, or else the one before the current
    ///     one.
    /// - Returns: the generation that is current, and what did not succeed once it was.
    package func rollBack(
        _ name: String,
        in folder: StorageLocation,
        to generation: String? = nil
    ) async throws(ServiceError) -> ModelVersion {
        let resolver = resolver
        let model = try VersionedName(name).artifact
        let result = try await histories.withPlace { () throws(ServiceError) in
            try await onOwnThread(named: "roll back") { () throws(ServiceError) in
                try ModelVersions(folder, name: name, resolver: resolver).rollBack(to: generation)
            }
        }
        logger.notice(
            "model rolled back",
            metadata: [
                LogKey.modelName: "\(model)", LogKey.modelVersion: "\(result.generation)",
            ]
        )
        log(result.warnings, after: "rollback", of: model)
        models.expire { $0.model == folder && $0.name == model }
        return result
    }

    /// Where the model of a served name lies: of `NAME@GENERATION` the model `NAME`.
    /// - Throws: `.notFound` for a name that was never given, alone or with the generation.
    package func place(ofServed name: String) throws(ServiceError) -> ModelReference {
        let model = (try? VersionedName(name))?.artifact ?? name
        if model != name, let place = try? served.status(of: model).reference { return place }
        let place = try served.status(of: name).reference
        return ModelReference(
            model: place.model,
            name: model,
            preprocessor: place.preprocessor,
            takesOnlyModel: place.takesOnlyModel,
            iterations: place.iterations
        )
    }

    /// Rolls back the model of a name and serves the earlier generation.
    /// - Throws: `.notFound` for a name that was never given, and as `rollBack(_:in:to:)`.
    package func rollBackAndServe(
        _ name: String,
        to generation: String? = nil
    ) async throws(ServiceError) -> ModelVersion {
        let place = try place(ofServed: name)
        var result = try await rollBack(name, in: place.model, to: generation)
        if let warning = await serve(place, version: result.generation).warning {
            result.warnings.append(warning)
        }
        return result
    }

    /// Serves what storage has under a name.
    /// - Parameter version: the generation that has just become current.
    func serve(
        _ reference: ModelReference,
        version: String
    ) async -> (model: ServedModel?, warning: String?) {
        let reason: ServiceError
        do throws(ServiceError) {
            let (model, warnings) = try await serve(reference)
            return (model, warnings.first)
        } catch {
            reason = error
        }
        let name = reference.name
        let before = (try? served.model(name))?.version.map { ", where version \($0) stays" } ?? ""
        let warning =
            "Version \(version) of \(name) is stored and current but does not serve under its "
            + "name here\(before) (\(reason.sentence)). Load \(name) again once that is put right."
        log([warning], after: "load", of: name)
        return (nil, warning)
    }

    /// Logs the warnings of an operation that succeeded.
    func log(_ warnings: [String], after operation: String, of model: String? = nil) {
        for warning in warnings {
            var metadata: Logger.Metadata = [
                LogKey.operation: "\(operation)", LogKey.error: "\(warning)",
            ]
            if let model { metadata[LogKey.modelName] = "\(model)" }
            logger.warning("an operation succeeded with a warning", metadata: metadata)
        }
    }
}

/// A training whose model is stored.
package struct ServedTraining: Sendable {
    /// What the training made; the warnings say why `model` is nil.
    package let result: TrainOutcome
    /// The model that is served under its name; nil where it cannot be served.
    package let model: ServedModel?
}
