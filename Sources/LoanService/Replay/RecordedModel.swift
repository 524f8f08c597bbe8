// SPDX-License-Identifier: Apache-2.0

package import DecisionRecord
internal import ForestInference
internal import LoanArtifact
internal import LoanModel

/// A model as decisions of a record were made with it, read from the bytes that the record keeps.
package struct RecordedModel: Sendable {
    /// What a model is made of.
    struct Parts: Hashable, Sendable {
        let model: [UInt8]
        let preprocessor: [UInt8]
        let policy: [UInt8]
        let covers: [UInt8]
        let iterations: String

        init(_ context: DecisionContext) {
            model = context.modelDigest
            preprocessor = context.preprocessorDigest
            policy = context.policyDigest
            covers = context.coversDigest
            iterations = context.iterations
        }
    }

    /// A kernel with the scorer that it was compiled for.
    struct Kernel: Sendable {
        let kernel: ForestKernel
        let scorer: Scorer

        var name: String { kernel.rawValue }
    }

    /// The model as a server has it.
    package let served: ServedModel
    /// The kernels that score in addition to the fastest, each with its own arrangement of the
    /// forest.
    let kernels: [Kernel]

    /// - Parameters:
    ///   - name: of the model, for sentences.
    ///   - choice: which kernels are compiled.
    ///   - place: where the record has its files.
    init(
        _ parts: Parts,
        name: String,
        kernels choice: ReplayKernels,
        in place: RecordPlace
    ) throws(ReplayProblem) {
        func read(
            _ file: PinnedFile,
            _ digest: [UInt8]
        ) throws(ReplayProblem) -> [UInt8]? {
            guard !digest.isEmpty else { return nil }
            do throws(RecordReadError) {
                return try place.pinned(digest)
            } catch {
                throw .file(file, error)
            }
        }
        guard let bytes = try read(.model, parts.model) else {
            throw .columns(model: name, problem: "its context names no stored model")
        }
        let preprocessor = try read(.preprocessor, parts.preprocessor)
            .map { (bytes) throws(ReplayProblem) in
                try Self.preprocessor(bytes, RecordNames.hex(parts.preprocessor))
            }
        let reader = Reader(name: name, digest: RecordNames.hex(parts.model))
        var stored = try reader.forest(bytes, parts.iterations)
        if let covers = try read(.covers, parts.covers) { stored.takeCovers(of: covers) }
        let scorer = try reader.scorer(stored, preprocessor)
        let policy = try read(.policy, parts.policy).map { (bytes) throws(ReplayProblem) in
            try Self.policy(bytes, RecordNames.hex(parts.policy), scorer)
        }
        served = ServedModel(
            scorer: scorer,
            training: stored.training,
            isPrepared: preprocessor != nil,
            policy: policy
        )
        kernels = try choice.kernels(of: scorer, isPrepared: preprocessor != nil, name)
    }

    private static func preprocessor(
        _ bytes: [UInt8],
        _ digest: String
    ) throws(ReplayProblem) -> Preprocessor {
        do throws(ArtifactError) {
            return try PreprocessorArtifact.decode(bytes)
        } catch {
            throw .unusable(.preprocessor, digest: digest, problem: "\(error)")
        }
    }

    private static func policy(
        _ bytes: [UInt8],
        _ digest: String,
        _ scorer: Scorer
    ) throws(ReplayProblem) -> ServedPolicy {
        do {
            let policy = try PolicyDocument.read(bytes)
            let features = ServedModel.Feature.all(of: scorer.preprocessor)
            return ServedPolicy(try BoundPolicy(policy, features: features.map(\.ofPolicy)))
        } catch {
            throw .unusable(.policy, digest: digest, problem: "\(error)")
        }
    }
}

extension RecordedModel {
    /// Reads the stored model itself.
    private struct Reader {
        let name: String
        let digest: String

        func forest(
            _ bytes: [UInt8],
            _ iterations: String
        ) throws(ReplayProblem) -> StoredForest {
            // A context of a model that was trained here may leave them out.
            guard let iterations = iterations.isEmpty ? .best : ModelIterations(iterations) else {
                throw .columns(
                    model: name,
                    problem: "'\(iterations.excerpt)' must be \(ModelIterations.grammar)"
                )
            }
            let reference = ModelReference(
                model: .local(path: ""),
                name: name,
                preprocessor: nil,
                iterations: iterations
            )
            do throws(ServiceError) {
                return try StoredForest(bytes, reference)
            } catch {
                throw .unusable(
                    .model,
                    digest: digest,
                    problem: error.sentence(naming: { _ in nil })
                )
            }
        }

        func scorer(
            _ stored: StoredForest,
            _ preprocessor: Preprocessor?
        ) throws(ReplayProblem) -> Scorer {
            do {
                let compiled = try CompiledForest(stored.forest)
                guard let preprocessor else { return try Scorer(passing: compiled) }
                return try Scorer(
                    preprocessor: preprocessor,
                    forest: compiled,
                    isBound: stored.isBound
                )
            } catch {
                throw .unusable(.model, digest: digest, problem: "\(error)")
            }
        }
    }
}
