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

    typealias Step = DataStep<ScratchSink>

    func run() throws(ServiceError) -> DataResult {
        let start = ContinuousClock.now
        // Before anything is computed from the size.
        if request.size > Step.sizeMax {
            throw ServiceError(.size(request.size, limit: Step.sizeMax), of: request)
        }
        // Both places are resolved before anything begins.
        let source = try resolver.resolve(request.source, as: .source)
        let target = try resolver.resolve(request.target, as: .target)
        let artifact = WrittenArtifact.prepared(
            request.format,
            parts: request.parts,
            others: request.otherNames
        )
        let writer = try target.begin(artifact, bytesMin: matrixBytesMin)
        let space = try scratchSpace(for: target)
        var reservation = MemoryReservation(of: memory, logger: logger)
        let (rows, notes) = try readTable(source, &reservation)
        let table = rows.table
        let step: Step
        do {
            step = try Step(
                source: table,
                division: request.division,
                size: max(1, request.size),
                seed: seed,
                threadCount: threadCount
            )
        } catch {
            throw ServiceError(error, of: request, rows: max(table.rowCount, request.size))
        }
        let facts = rows.digest.map { DataFacts(step, request, table, digest: $0, seed: seed) }
        let (preprocessor, warnings) = try prepareAndStore(step, facts, target, writer, space)
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
            facts: facts,
            warnings: notes + (facts?.warnings ?? []) + warnings
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
        _ marks: MarkedColumns,
        _ reservation: inout MemoryReservation
    ) throws(ServiceError) {
        let size = request.size
        let need = DataStepMemory(
            sourceRows: sourceRows,
            size: size,
            threadCount: threadCount,
            schema: schema,
            marks: marks,
            hasRule: request.division != nil
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
    ) throws(ServiceError) -> (rows: SourceTable.Rows, notes: [String]) {
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
        let marks = try request.marks(in: schema)
        try reserve(sourceRows: 0, of: schema, marks, &reservation)
        let rows = try reader.rows(of: schema, marks) { rowCount throws(ServiceError) in
            try reserve(sourceRows: rowCount, of: schema, marks, &reservation)
        }
        guard request.schema.hasNoise || request.size <= rows.table.rowCount else {
            throw .invalid(
                .size,
                "is \(request.size), more than the \(rows.table.rowCount) rows of the table: only "
                    + "the documented table can be expanded, since rows are repeated with noise "
                    + "that a schema does not describe",
                kind: .outOfRange
            )
        }
        if rows.unlabeledCount > 0 {
            notes.append("\(rows.unlabeledCount) rows have no label and are left out")
        }
        for name in marks.protected where schema.featureIndex(named: name) != nil {
            notes.append(
                "the column \(name) is protected and a feature as well: a model learns from it "
                    + "unless it is left out of the features"
            )
        }
        return (rows, notes)
    }
}
