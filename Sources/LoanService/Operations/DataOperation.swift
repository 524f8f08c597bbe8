// SPDX-License-Identifier: Apache-2.0

internal import LoanArtifact
internal import LoanModel
internal import Logging
internal import Machine
internal import ModelValidation
internal import ObjectStorage

/// Prepares a table of applications: reads the CSV, splits, expands, fits, transforms, and stores
/// the four matrices with the preprocessor as one artifact. Blocking.
struct DataOperation {
    let resolver: StorageResolver
    let threadCount: Int
    let memory: MemoryBudget
    let scratchBytesMax: Int
    let logger: Logger
    let request: DataRequest
    let seed: UInt64
    let stop: WorkStop
    let progress: @Sendable (DataProgress) -> Void

    private typealias Step = DataStep<ScratchSink>

    /// Matrices are large: in addition to the new generation, only the one that a training may be
    /// reading is kept.
    private static let generationsKept = 2

    func run() throws(ServiceError) -> DataResult {
        let start = ContinuousClock.now
        // Before anything is computed from the size.
        if request.size > Step.sizeMax {
            throw ServiceError(.size(request.size, limit: Step.sizeMax), of: request)
        }
        // Both places are resolved before anything begins.
        let source = try resolver.resolve(request.source, as: .source)
        let target = try resolver.resolve(request.target, as: .target)
        let writer = try target.begin(.prepared(request.format), bytesMin: matrixBytesMin)
        let space = try scratchSpace(for: target)
        var reservation = MemoryReservation(of: memory, logger: logger)
        let (table, notes) = try readTable(source, &reservation)
        let step: Step
        do {
            step = try Step(
                source: table,
                size: max(1, request.size),
                seed: seed,
                threadCount: threadCount
            )
        } catch {
            throw ServiceError(error, of: request, rows: max(table.rowCount, request.size))
        }
        let (preprocessor, warnings) = try prepareAndStore(step, target, writer, space)
        reservation.giveBack()
        return DataResult(
            trainRows: step.trainRowCount,
            testRows: step.testRowCount,
            unseenTestRows: step.untouchedTestRowCount,
            sourceRows: table.rowCount,
            repeatedSourceRows: step.repeatedRowCount,
            featureCount: preprocessor.columnCount,
            seed: seed,
            duration: .now - start,
            warnings: notes + warnings
        )
    }

    /// What the matrices take at least, by what is known before anything is read: a row has a cell
    /// for each feature and its label.
    private var matrixBytesMin: Int {
        let features =
            switch request.schema {
            case .documented: TableSchema.creditRisk.features.count
            case .given(let schema): schema.features.count
            case .stored, .inferred: 1
            }
        let cells = max(Step.rowCountMin, request.size) * (features + 1)
        // Of CSV a cell is a character and a comma or the end of its line.
        return cells * (request.format == .npy ? MemoryLayout<Float>.size : 2)
    }

    private func scratchSpace(
        for target: StorageResolver.Resolved
    ) throws(ServiceError) -> ScratchSpace {
        do throws(ObjectStoreError) {
            return try ScratchSpace(
                bytesMax: scratchBytesMax,
                bytesMin: matrixBytesMin,
                for: target
            )
        } catch {
            throw ServiceError(error, request.target.input(.target))
        }
    }

    /// Reserves memory for what is known of the rows, or says what they take.
    private func reserve(
        sourceRows: Int,
        of schema: TableSchema,
        _ reservation: inout MemoryReservation
    ) throws(ServiceError) {
        let size = request.size
        let need = DataStepMemory(
            sourceRows: sourceRows,
            size: size,
            threadCount: threadCount,
            schema: schema
        )
        let isExpanded = size > sourceRows
        try reservation.raise(
            to: need.bytes,
            for: MemoryReservation.Work(
                name: "a data preparation",
                sentence: "preparing \(need.rows) rows",
                remedy: isExpanded ? "ask for fewer rows" : "use a smaller table",
                input: isExpanded ? .size : request.source.input(.source)
            )
        )
    }

    /// Reads the whole table. What it takes shows only as it is read.
    private func readTable(
        _ source: StorageResolver.Resolved,
        _ reservation: inout MemoryReservation
    ) throws(ServiceError) -> (table: Table, notes: [String]) {
        let progress = progress
        let reader = SourceTable(
            request: request,
            source: source,
            resolver: resolver,
            stop: stop,
            threadCount: threadCount
        ) { share in progress(DataProgress(stage: .reading, share: share)) }
        var (schema, notes) = try reader.schema { bytes throws(ServiceError) in
            try reservation.raise(
                to: bytes,
                for: MemoryReservation.Work(
                    name: "a data preparation",
                    sentence: "finding out what the columns of the table are",
                    remedy: "give a schema",
                    input: request.source.input(.source)
                )
            )
        }
        try reserve(sourceRows: 0, of: schema, &reservation)
        let (table, unlabeledCount) = try reader.rows(of: schema) {
            rowCount throws(ServiceError) in
            try reserve(sourceRows: rowCount, of: schema, &reservation)
        }
        guard request.schema.hasNoise || request.size <= table.rowCount else {
            throw .invalid(
                .size,
                "is \(request.size), more than the \(table.rowCount) rows of the table: only the "
                    + "documented table can be expanded, since rows are repeated with noise that a "
                    + "schema does not describe",
                kind: .outOfRange
            )
        }
        if unlabeledCount > 0 {
            notes.append("\(unlabeledCount) rows have no label and are left out")
        }
        return (table, notes)
    }

    private func prepareAndStore(
        _ step: Step,
        _ target: StorageResolver.Resolved,
        _ writer: consuming ArtifactWriter,
        _ space: ScratchSpace
    ) throws(ServiceError) -> (Preprocessor, warnings: [String]) {
        let progress = progress
        var sinks: DataStepSinks<ScratchSink>
        let preprocessor: Preprocessor
        do {
            let ending = "." + request.format.rawValue
            let sink: (String) throws(ObjectStoreError) -> ScratchSink = {
                (name) throws(ObjectStoreError) in
                let stage = try writer.stage(of: name + ending)
                return try ScratchSink(in: space, or: stage, until: stop)
            }
            sinks = try DataStepSinks(
                trainFeatures: sink(ArtifactNames.matrix(.train)),
                trainLabels: sink(ArtifactNames.labels(.train)),
                testFeatures: sink(ArtifactNames.matrix(.test)),
                testLabels: sink(ArtifactNames.labels(.test)),
                weights: (sink(ArtifactNames.weights(.train)), sink(ArtifactNames.weights(.test)))
            )
        } catch {
            throw ServiceError(error, request.target.input(.target))
        }
        do {
            preprocessor = try step.run(format: request.format, sinks: &sinks) { share in
                progress(DataProgress(stage: .preparing, share: share))
            }
        } catch {
            throw ServiceError(
                error,
                of: request,
                rows: step.trainRowCount + step.testRowCount
            )
        }
        let split = PreparedSplit(unseenTestRows: step.untouchedTestRowCount)
        return (preprocessor, try store(sinks, preprocessor, split, in: target, writer))
    }

    private func store(
        _ sinks: DataStepSinks<ScratchSink>,
        _ preprocessor: Preprocessor,
        _ split: PreparedSplit,
        in target: StorageResolver.Resolved,
        _ writer: consuming ArtifactWriter
    ) throws(ServiceError) -> [String] {
        let ending = "." + request.format.rawValue
        let saved = PreprocessorArtifact.encode(preprocessor, producer: Product.name)
        var objects = [
            (ArtifactNames.matrix(.train) + ending, sinks.trainFeatures.content),
            (ArtifactNames.labels(.train) + ending, sinks.trainLabels.content),
            (ArtifactNames.matrix(.test) + ending, sinks.testFeatures.content),
            (ArtifactNames.labels(.test) + ending, sinks.testLabels.content),
            (ArtifactNames.preprocessor, .source(ObjectSource(saved))),
        ]
        if preprocessor.schema.roles.weight != nil {
            objects += [
                (ArtifactNames.weights(.train) + ending, sinks.weights.train.content),
                (ArtifactNames.weights(.test) + ending, sinks.weights.test.content),
            ]
        }
        let progress = progress
        return try target.finish(
            writer,
            artifact: ArtifactNames.data,
            objects,
            metadata: split.notes,
            generationsKept: Self.generationsKept
        ) { share in
            progress(DataProgress(stage: .writing, share: share))
        }
    }
}
