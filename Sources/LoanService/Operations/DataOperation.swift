// SPDX-License-Identifier: Apache-2.0

internal import LoanArtifact
internal import LoanModel
internal import Logging
internal import Machine
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

    /// Reading and writing one object may take this long.
    private static let transferTime = Duration.seconds(600)

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
        try reserve(sourceRows: 0, &reservation)
        let table = try readTable(source, &reservation)
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
            warnings: warnings
        )
    }

    /// What the matrices take at least, by what is known before anything is read: a row has a cell
    /// for each feature and its label.
    private var matrixBytesMin: Int {
        let columns = TableSchema.creditRisk.features.count + 1
        let cells = max(Step.rowCountMin, request.size) * columns
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
        _ reservation: inout MemoryReservation
    ) throws(ServiceError) {
        let size = request.size
        let need = DataStepMemory(sourceRows: sourceRows, size: size, threadCount: threadCount)
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
    ) throws(ServiceError) -> Table {
        let progress = progress
        var reader = CSVReader(schema: .creditRisk, labels: .required)
        var failure: ServiceError?
        do {
            let key = try ObjectKey(source.key)
            let size = try source.store.head(key, deadline: .now + Self.transferTime).size
            var bytesRead = 0
            _ = try source.store.get(key, .all, deadline: .now + Self.transferTime) {
                (chunk) throws(ObjectStoreError) in
                if stop.isRaised { throw .stopped }
                do throws(ServiceError) {
                    try read(chunk, &reader)
                    try reserve(sourceRows: reader.rowCount, &reservation)
                } catch {
                    failure = error
                    throw .stopped
                }
                bytesRead += chunk.count
                progress(DataProgress(stage: .reading, share: Double(bytesRead) / Double(size)))
            }
        } catch {
            throw failure ?? ServiceError(error, request.source.input(.source))
        }
        do {
            return try reader.finish()
        } catch {
            throw .invalid(request.source.input(.source), error)
        }
    }

    private func read(
        _ chunk: borrowing Span<UInt8>,
        _ reader: inout CSVReader
    ) throws(ServiceError) {
        do throws(CSVError) {
            try reader.append(chunk)
        } catch {
            throw .invalid(request.source.input(.source), error)
        }
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
            sinks = try DataStepSinks(
                trainFeatures: ScratchSink(in: space, until: stop),
                trainLabels: ScratchSink(in: space, until: stop),
                testFeatures: ScratchSink(in: space, until: stop),
                testLabels: ScratchSink(in: space, until: stop)
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
        let objects = [
            (ArtifactNames.trainMatrix + ending, sinks.trainFeatures.source),
            (ArtifactNames.trainLabels + ending, sinks.trainLabels.source),
            (ArtifactNames.testMatrix + ending, sinks.testFeatures.source),
            (ArtifactNames.testLabels + ending, sinks.testLabels.source),
            (ArtifactNames.preprocessor, ObjectSource(saved)),
        ]
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
