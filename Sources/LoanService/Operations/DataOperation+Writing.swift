// SPDX-License-Identifier: Apache-2.0

internal import LoanArtifact
internal import LoanModel
internal import ModelValidation
internal import ObjectStorage

// Writing what a data preparation makes: matrices by way of scratch space, all as one artifact.

extension DataOperation {
    /// Matrices are large: in addition to the new generation, only the one that a training may be
    /// reading is kept.
    private static let generationsKept = 2

    /// The objects of an artifact.
    private typealias Objects = [(name: String, content: ObjectContent)]

    /// Prepares the parts and stores them.
    func prepareAndStore(
        _ step: Step,
        _ facts: DataFacts?,
        _ target: StorageResolver.Resolved,
        _ writer: consuming ArtifactWriter,
        _ space: ScratchSpace
    ) throws(ServiceError) -> (Preprocessor, warnings: [String]) {
        let progress = progress
        var sinks: [DataPartSinks<ScratchSink>]
        var clusters: ScratchSink?
        do throws(ObjectStoreError) {
            sinks = try self.sinks(step, writer, space)
            if step.hasGroups { clusters = try sink(ArtifactNames.trainClusters, writer, space) }
        } catch {
            throw ServiceError(error, request.target.input(.target))
        }
        let preprocessor: Preprocessor
        do {
            preprocessor = try step.run(format: request.format, sinks: &sinks) { share in
                progress(DataProgress(stage: .preparing, share: share))
            }
            if var written = clusters {
                try step.writeTrainGroups(to: &written)
                clusters = written
            }
        } catch {
            throw ServiceError(error, of: request, rows: step.rowCount)
        }
        let saved = PreprocessorArtifact.encode(preprocessor, producer: Product.name)
        var objects = matrices(step, sinks)
        objects.append((ArtifactNames.preprocessor, .source(ObjectSource(saved))))
        if let clusters { objects.append((ArtifactNames.trainClusters, clusters.content)) }
        objects += documents(step, facts)
        let split = PreparedSplit(unseenTestRows: step.untouchedTestRowCount)
        let warnings = try target.finish(
            writer,
            artifact: ArtifactNames.data,
            objects,
            metadata: split.notes,
            generationsKept: Self.generationsKept
        ) { share in
            progress(DataProgress(stage: .writing, share: share))
        }
        return (preprocessor, warnings)
    }

    private func sink(
        _ name: String,
        _ writer: borrowing ArtifactWriter,
        _ space: ScratchSpace
    ) throws(ObjectStoreError) -> ScratchSink {
        try ScratchSink(in: space, or: writer.stage(of: name), until: stop)
    }

    /// The files of all parts, in order.
    private func sinks(
        _ step: Step,
        _ writer: borrowing ArtifactWriter,
        _ space: ScratchSpace
    ) throws(ObjectStoreError) -> [DataPartSinks<ScratchSink>] {
        let ending = "." + request.format.rawValue
        var sinks: [DataPartSinks<ScratchSink>] = []
        for part in step.partNames {
            sinks.append(
                DataPartSinks(
                    features: try sink(ArtifactNames.matrix(part) + ending, writer, space),
                    labels: try sink(ArtifactNames.labels(part) + ending, writer, space),
                    weights: try sink(ArtifactNames.weights(part) + ending, writer, space)
                )
            )
        }
        return sinks
    }

    /// What is stored in addition to matrices where the request asks for it.
    private func documents(_ step: Step, _ facts: DataFacts?) -> Objects {
        [
            step.protectedCells.map { (ArtifactNames.protectedTest, .source(ObjectSource($0))) },
            facts.map { (ArtifactNames.splitFacts, .source(ObjectSource($0.document))) },
        ].compactMap(\.self)
    }

    /// The matrices of all parts, with their labels, and weights where there are some.
    private func matrices(_ step: Step, _ sinks: [DataPartSinks<ScratchSink>]) -> Objects {
        let ending = "." + request.format.rawValue
        var objects: Objects = []
        for (part, files) in zip(step.partNames, sinks) {
            objects.append((ArtifactNames.matrix(part) + ending, files.features.content))
            objects.append((ArtifactNames.labels(part) + ending, files.labels.content))
        }
        guard step.hasWeights else { return objects }
        for (part, files) in zip(step.partNames, sinks) {
            objects.append((ArtifactNames.weights(part) + ending, files.weights.content))
        }
        return objects
    }
}
