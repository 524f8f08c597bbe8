// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import ObjectStorage

/// Finds the stored objects that a reference stands for: those of a model, and of the preprocessor
/// that goes with it. Blocking.
struct ModelSearch: Sendable {
    let resolver: StorageResolver
    let logger: Logger

    /// One object that is there.
    typealias Place = (object: StoredObject, found: StoredObject.Found)

    /// A model that is there.
    struct Result {
        let model: Place
        /// Nil for a model that lies without one where none is named.
        let preprocessor: Place?
        /// The version of a preprocessor that is stored apart from the model.
        let preprocessorTag: String?
        /// Nil for a model that lies without one.
        let policy: Place?
        /// The version of a policy that lies next to a model of another tool.
        let policyTag: String?

        /// Bytes of all.
        var size: Int {
            model.found.size + (preprocessor?.found.size ?? 0) + (policy?.found.size ?? 0)
        }
    }

    /// The versions that a load would read.
    func tags(_ reference: ModelReference) throws(ServiceError) -> ModelTags {
        let name = try VersionedName(reference.name)
        // A generation is never rewritten.
        if let pinned = name.generation { return ModelTags(model: pinned.name, preprocessor: nil) }
        let model = try self.model(reference, name)
        if try own(model) != nil {
            return ModelTags(model: try model.object.tag(), preprocessor: nil)
        }
        let candidates = try preprocessors(reference, model)
        return ModelTags(
            model: try model.object.tag(),
            preprocessor: try first(of: candidates, reference)?.tag,
            policy: try policy(of: model)?.tag
        )
    }

    /// What a load reads.
    func find(_ reference: ModelReference) throws(ServiceError) -> Result {
        let name = try VersionedName(reference.name)
        let model = try self.model(reference, name)
        // The folder that callers name may have moved on to the next training: its preprocessor is
        // for models without their own, which other tools have stored. A folder that this server
        // may not use is refused all the same.
        let candidates = try preprocessors(reference, model)
        let (policy, policyTag) = try policy(of: model) ?? (nil, nil)
        if let own = try own(model) {
            return Result(
                model: model,
                preprocessor: own,
                preprocessorTag: nil,
                policy: policy,
                policyTag: policyTag
            )
        }
        // Its tag is asked for before the object: what changes meanwhile shows in the next tag.
        guard let (object, tag) = try first(of: candidates, reference) else {
            return Result(
                model: model,
                preprocessor: nil,
                preprocessorTag: nil,
                policy: policy,
                policyTag: policyTag
            )
        }
        return Result(
            model: model,
            preprocessor: (object, try object.find()),
            preprocessorTag: name.generation == nil ? tag : nil,
            policy: policy,
            policyTag: policyTag
        )
    }

    /// The preprocessor of the generation that was found; nil where it has none.
    private func own(_ model: Place) throws(ServiceError) -> Place? {
        try model.object.companion(ArtifactNames.fitted(model.object.artifact), of: model.found)
    }

    /// The policy of the generation that was found; of a model that another tool stored, the one
    /// that lies next to it, with its version.
    private func policy(of model: Place) throws(ServiceError) -> (place: Place?, tag: String?)? {
        let name = ArtifactNames.policy(model.object.artifact)
        guard model.found.manifest == nil else {
            return try model.object.companion(name, of: model.found).map { ($0, nil) }
        }
        let object = StoredObject(
            folder: model.object.folder,
            artifact: model.object.artifact,
            name: name,
            logger: logger
        )
        do throws(ServiceError) {
            // Asked for before the object, as for a preprocessor.
            let tag = try object.tag()
            return ((object, try object.find()), tag)
        } catch .notFound {
            return nil
        }
    }

    /// The same model in XGBoost's own format, of the generation that was found; nil where it has
    /// none.
    func exported(_ model: Place) throws(ServiceError) -> Place? {
        try model.object.companion(ArtifactNames.exported(model.object.artifact), of: model.found)
    }

    /// Where a preprocessor may lie that is stored apart from the model: in the folder that callers
    /// name, or else next to the model, under the name that a training gives it or the plain one.
    private func preprocessors(
        _ reference: ModelReference,
        _ model: Place
    ) throws(ServiceError) -> [StoredObject] {
        func object(_ folder: StorageResolver.Resolved, _ name: String) -> StoredObject {
            StoredObject(
                folder: folder,
                kind: .prepared,
                artifact: ArtifactNames.data,
                name: name,
                logger: logger
            )
        }
        guard let named = reference.preprocessor else {
            let names = [ArtifactNames.fitted(model.object.artifact), ArtifactNames.preprocessor]
            return names.map { object(model.object.folder, $0) }
        }
        let folder = try resolver.resolve(named, as: .preprocessor)
        return [object(folder, ArtifactNames.preprocessor)]
    }

    /// The first of some preprocessors that is there, with its version. One that is named must be.
    private func first(
        of candidates: [StoredObject],
        _ reference: ModelReference
    ) throws(ServiceError) -> (object: StoredObject, tag: String)? {
        for candidate in candidates {
            do throws(ServiceError) {
                return (candidate, try candidate.tag())
            } catch .notFound where reference.preprocessor == nil {
                continue
            }
        }
        return nil
    }

    // MARK: Models

    /// The model in the folder that a reference names, or the file that it names instead.
    private func model(
        _ reference: ModelReference,
        _ name: VersionedName
    ) throws(ServiceError) -> Place {
        let folder = try resolver.resolve(reference.model, as: .model)
        let object = StoredObject(
            folder: folder,
            artifact: name.artifact,
            generation: name.generation,
            name: name.artifact,
            logger: logger
        )
        let refusal: ServiceError
        do throws(ServiceError) {
            return (object, try object.find())
        } catch {
            refusal = error
        }
        switch refusal {
        case .notFound, .invalid:
            if let file = try file(folder, name) { return file }
            guard reference.takesOnlyModel else { throw refusal }
            return try onlyModel(reference, name)
        case .tooLarge, .forbidden, .conflict, .dataLoss, .busy, .unavailable, .outOfSpace,
            .cancelled, .deadlineExceeded, .fault:
            throw refusal
        }
    }

    /// The file at a place that is no folder; nil where there is none.
    private func file(
        _ place: StorageResolver.Resolved,
        _ name: VersionedName
    ) throws(ServiceError) -> Place? {
        guard let last = place.key.split(separator: "/").last else { return nil }
        let object = StoredObject(
            folder: place.parent,
            artifact: String(last),
            generation: name.generation,
            name: String(last),
            logger: logger
        )
        do throws(ServiceError) {
            return (object, try object.find())
        } catch .notFound {
            return nil
        } catch .invalid {
            return nil
        }
    }
}

extension ModelSearch {
    /// The one model of a folder.
    private func onlyModel(
        _ reference: ModelReference,
        _ name: VersionedName
    ) throws(ServiceError) -> Place {
        let models = try ModelFolder(reference.model, resolver).list().models
        guard let only = models.first, models.count == 1 else {
            let found =
                models.isEmpty
                ? "no model is there"
                : "\(models.map(\.path).joined(separator: ", ")) are there"
            throw .notFound(
                FieldProblem(
                    reference.model.input(.model),
                    "there is neither a model \(name.artifact) nor one model alone: \(found); "
                        + "the name of a model's file ends in "
                        + ModelFolder.endings.joined(separator: ", "),
                    kind: .notFound
                )
            )
        }
        let place = try resolver.resolve(only.reference.model, as: .model)
        guard let file = try file(place, name) else {
            throw .notFound(
                FieldProblem(
                    reference.model.input(.model),
                    "\(only.path): the object does not exist",
                    kind: .notFound
                )
            )
        }
        return file
    }
}

extension StorageResolver.Resolved {
    /// The folder that the object lies in.
    fileprivate var parent: Self {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return Self(store: store, key: parts.joined(separator: "/"), input: input)
    }
}
