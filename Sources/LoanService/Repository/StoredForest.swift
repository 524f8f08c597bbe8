// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanArtifact
internal import LoanModel

/// A preprocessor and the object that it was read from.
struct Preparation {
    let fitted: Preprocessor
    let object: StoredObject
}

/// The forest of a stored model: in the inference format, or in XGBoost's own JSON or UBJSON.
struct StoredForest {
    private(set) var forest: Forest
    /// Of the preprocessor that the model was trained with, where it says so.
    private let fingerprint: [UInt8]?
    /// Facts about its training; nil for a model that another tool stored.
    let training: TrainingFacts?

    init(_ bytes: [UInt8], _ reference: ModelReference) throws(ServiceError) {
        let input = reference.model.input(.model)
        do throws(ForestError) {
            if XGBoostFile.isOne(bytes) {
                forest = try Forest(xgboost: bytes, iterations: reference.iterations.iterations)
                (fingerprint, training) = (nil, nil)
                return
            }
        } catch {
            throw ServiceError(error, input, reference.name)
        }
        guard reference.iterations.isWhole else {
            throw .invalid(
                input,
                "\(reference.name) was trained here, where all iterations count: a range can be "
                    + "chosen of a model in XGBoost's own format",
                kind: .unusable
            )
        }
        let artifact: ModelArtifact
        do {
            artifact = try ModelArtifact(decoding: bytes)
        } catch {
            throw ServiceError(error, input, reference.name)
        }
        do throws(ForestError) {
            forest = try Forest(artifact: artifact)
        } catch {
            throw ServiceError(error, input, reference.name)
        }
        if artifact.calibration != nil, !forest.predictsDefault {
            throw ServiceError(
                .invalid(
                    field: "calibration",
                    problem: "the model predicts no probability of default"
                ),
                input,
                reference.name
            )
        }
        let fingerprint = artifact.preprocessorFingerprint
        self.fingerprint = fingerprint.isEmpty ? nil : fingerprint
        training = TrainingFacts(artifact)
    }

    /// Whether it names the preprocessor that it was trained with by the fingerprint of that.
    var isBound: Bool { fingerprint != nil }

    /// Whether it was trained here, before stored models kept the covers of their nodes.
    var lacksCovers: Bool { training != nil && forest.covers == nil && forest.linear == nil }

    /// Takes the covers of the same model in XGBoost's own format. Scores do not depend on them,
    /// and reasons say where they are absent: a document that cannot be used changes nothing.
    mutating func takeCovers(of document: [UInt8]) {
        guard let exported = try? Forest(xgboost: document),
            let covered = forest.takingCovers(of: exported)
        else { return }
        forest = covered
    }

    /// Checks that the forest scores what a preprocessor prepares, or that it needs none.
    func check(
        against preparation: Preparation?,
        _ reference: ModelReference
    ) throws(ServiceError) {
        guard let preparation else {
            // A model that was trained here takes prepared columns, which callers do not have.
            guard training == nil else { throw Self.unprepared(reference) }
            return
        }
        if let fingerprint,
            fingerprint != PreprocessorArtifact.fingerprint(of: preparation.fitted)
        {
            throw .conflict(
                FieldProblem(
                    preparation.object.folder.input,
                    "this \(preparation.object.name) is not the one that \(reference.name) was "
                        + "trained with",
                    kind: .conflict
                )
            )
        }
        do throws(Scorer.Mismatch) {
            try Scorer.check(forest, against: preparation.fitted, isBound: fingerprint != nil)
        } catch {
            throw ServiceError(error, reference, preparation)
        }
    }

    /// The compiled forest with its preparation.
    func scorer(
        _ compiled: CompiledForest,
        _ preparation: Preparation?,
        _ reference: ModelReference,
        _ pool: ScoringPool?
    ) throws(ServiceError) -> Scorer {
        do throws(Scorer.Mismatch) {
            guard let preparation else { return try Scorer(passing: compiled, pool: pool) }
            return try Scorer(
                preprocessor: preparation.fitted,
                forest: compiled,
                isBound: fingerprint != nil,
                pool: pool
            )
        } catch {
            throw ServiceError(error, reference, preparation)
        }
    }

    private static func unprepared(_ reference: ModelReference) -> ServiceError {
        .conflict(
            FieldProblem(
                reference.model.input(.model),
                "\(reference.name) is stored without the preprocessor of its training, and "
                    + "no \(ArtifactNames.preprocessor) lies next to it: name the folder of "
                    + "its \(ArtifactNames.preprocessor)",
                kind: .unmet
            )
        )
    }
}

extension Forest {
    /// Whether a row has one margin, whose logistic function is the prediction.
    fileprivate var predictsDefault: Bool {
        outputCount == 1 && Prediction(self) == .probability
    }
}

extension ServiceError {
    fileprivate init(
        _ error: Scorer.Mismatch,
        _ reference: ModelReference,
        _ preparation: Preparation?
    ) {
        self.init(
            error,
            reference.model.input(.model),
            reference.name,
            with: preparation?.object.name
        )
    }
}
