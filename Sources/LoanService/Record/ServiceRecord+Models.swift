// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
internal import Digest
internal import ForestInference
internal import LoanModel
internal import Logging

/// What the record must know of a model before its decisions: its files, which are kept as long as
/// any segment names them, and what they mean.
extension ServiceRecord {
    /// `register`, for those who know no record.
    var registration: @Sendable (LoadedModel) throws(ServiceError) -> ModelSource.Contexts? {
        { (model) throws(ServiceError) in try self.register(model) }
    }

    /// Keeps the files of a model and registers it. Blocking.
    /// - Returns: nil where that did not succeed and decisions are answered all the same.
    /// - Throws: `.unavailable` where they must not be.
    func register(_ model: LoadedModel) throws(ServiceError) -> ModelSource.Contexts? {
        do throws(RecordError) {
            let digests = try pin(model.files)
            return ModelSource.Contexts(
                raw: try recorder.register(context(of: model, digests, isOfPrepared: false)),
                prepared: try recorder.register(context(of: model, digests, isOfPrepared: true))
            )
        } catch {
            guard refuses else {
                logger.warning(
                    "decisions of a model are not recorded",
                    metadata: [
                        LogKey.modelName: "\(model.reference.name)", LogKey.error: "\(error)",
                    ]
                )
                return nil
            }
            throw .unavailable(
                message: "model \(model.reference.name) cannot be recorded: \(error)",
                retryAfterSeconds: 5
            )
        }
    }

    /// The SHA-256 of each file; empty where there is none.
    private struct Digests {
        let model: [UInt8]
        let preprocessor: [UInt8]
        let policy: [UInt8]
        let covers: [UInt8]
    }

    private func pin(_ files: ModelFiles) throws(RecordError) -> Digests {
        func pin(_ bytes: [UInt8]?) throws(RecordError) -> [UInt8] {
            guard let bytes else { return [] }
            let digest = SHA256.hash(bytes)
            try recorder.pin(bytes.span, digest: digest)
            return digest
        }
        return Digests(
            model: try pin(files.model),
            preprocessor: try pin(files.preprocessor),
            policy: try pin(files.policy),
            covers: try pin(files.covers)
        )
    }

    private func context(
        of model: LoadedModel,
        _ digests: Digests,
        isOfPrepared: Bool
    ) -> DecisionContext {
        let scorer = model.scorer
        let policy = model.policy.bound.policy
        var context = DecisionContext(
            model: (try? VersionedName(model.reference.name).artifact) ?? model.reference.name,
            generation: model.version ?? "",
            modelDigest: digests.model,
            preprocessorDigest: digests.preprocessor,
            policyDigest: digests.policy,
            build: Product.name,
            kind: scorer.prediction.recordedName,
            features: Self.features(of: scorer, isOfPrepared: isOfPrepared),
            valueCount: scorer.valueCount(of: .probability),
            marginCount: scorer.valueCount(of: .margin),
            kernels: scorer.kernelNames,
            isPrepared: isOfPrepared,
            bands: policy.bands.names,
            rules: policy.rules.map(\.code)
        )
        context.iterations = model.reference.iterations.description
        context.coversDigest = digests.covers
        context.objective = scorer.objective
        return context
    }

    private static func features(
        of scorer: Scorer,
        isOfPrepared: Bool
    ) -> [DecisionContext.Feature] {
        guard !isOfPrepared else {
            return scorer.preprocessor.columnNames.map { .init(name: $0, kind: .number) }
        }
        return ServedModel.Feature.all(of: scorer.preprocessor).map { feature in
            .init(
                name: feature.name,
                kind: feature.kind.recorded,
                isCode: feature.carrier == .code,
                categories: feature.categories
            )
        }
    }
}

extension LoanModel.Feature.Kind {
    fileprivate var recorded: DecisionContext.Feature.Kind {
        switch self {
        case .number: .number
        case .category: .category
        case .boolean: .boolean
        case .date: .date
        }
    }
}

extension Prediction {
    /// What the predictions are, as the record has it.
    fileprivate var recordedName: String {
        switch self {
        case .probability: "probability"
        case .classProbabilities: "class probabilities"
        case .classIndex: "class"
        case .value: "value"
        }
    }
}
