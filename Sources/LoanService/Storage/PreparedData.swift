// SPDX-License-Identifier: Apache-2.0

internal import LoanArtifact
internal import LoanModel
internal import LoanTraining
internal import ModelValidation
internal import ObjectStorage

/// The artifact that a data preparation left in a folder: one generation of it, verified while it
/// is read.
struct PreparedData {
    private let folder: StorageResolver.Resolved
    private let reader: ArtifactReader
    /// Raw features that are left out of what is read.
    let excluded: [String]

    /// The longest that one read may take: the test part is read once a training is done, however
    /// long that took.
    private static let readTime = Duration.seconds(600)
    /// The longest that comparing the plain copies may take: nothing depends on it.
    private static let comparisonTime = Duration.seconds(30)

    /// Sentences on files of the folder that are not what is read, though they have the names.
    let warnings: [String]

    private var deadline: ContinuousClock.Instant { .now + Self.readTime }

    /// - Parameter excluded: raw features that are left out of the preprocessor and of all rows.
    init(
        folder: StorageResolver.Resolved,
        excluding excluded: [String] = []
    ) throws(ServiceError) {
        self.folder = folder
        self.excluded = excluded
        // A store that is away when a training ends is waited for as long as the training took.
        let store = folder.store.waiting(since: .now)
        do throws(ObjectStoreError) {
            let location = try ArtifactLocation.prepared(in: folder.key)
            reader = try ArtifactReader(location, in: store, deadline: .now + Self.readTime)
        } catch .notFound {
            throw .notFound(
                FieldProblem(
                    folder.input,
                    "no prepared data here; run data first",
                    kind: .notFound
                )
            )
        } catch {
            throw ServiceError(error, folder.input)
        }
        warnings = StoredObject.differences(
            PlainCopies(reader.location, in: folder.store),
            reader.manifest,
            among: reader.manifest.entries.map(\.name),
            deadline: .now + Self.comparisonTime
        )
    }

    /// What prepares the features that are not left out.
    func preprocessor() throws(ServiceError) -> Preprocessor {
        let stored = try storedPreprocessor()
        guard !excluded.isEmpty else { return stored }
        return try exclusion(from: stored).preprocessor
    }

    /// What prepares all features that the data has.
    func storedPreprocessor() throws(ServiceError) -> Preprocessor {
        let bytes = try bytes(
            ArtifactNames.preprocessor,
            bytesMax: PreprocessorArtifact.lengthMax
        )
        do {
            return try PreprocessorArtifact.decode(bytes)
        } catch {
            throw ServiceError(error, folder.input, ArtifactNames.preprocessor)
        }
    }

    /// The most that a training on this data takes, by its manifest, before a matrix is read.
    func trainingMemory(
        _ preprocessor: Preprocessor,
        _ request: TrainRequest,
        threadCount: Int
    ) throws(ServiceError) -> TrainingMemory {
        let categoryColumns = preprocessor.steps.reduce(0) { count, step in
            if case .oneHot = step.fitted { count + step.columns.count } else { count }
        }
        let nativeCategories = preprocessor.steps.compactMap { step -> Int? in
            guard case .codes(let codes) = step.fitted, codes.isNative else { return nil }
            return codes.categories.count
        }
        let columns = preprocessor.columnCount
        // The files have the columns of features that are left out, too.
        let stored = excluded.isEmpty ? columns : try storedPreprocessor().columnCount
        return TrainingMemory(
            rows: rowsMax(.train, stored),
            testRows: [.stopping, .calibration, .test].reduce(0) { $0 + rowsMax($1, stored) },
            numberColumns: columns - categoryColumns,
            categoryColumns: categoryColumns,
            nativeCategories: nativeCategories,
            leftOutColumns: stored - columns,
            parameters: request.search.map { $0.space.largest(of: request.parameters) }
                ?? request.parameters,
            copiesRows: request.dividesRows,
            watchedRows: request.watchesRows ? rowsMax(.stopping, stored) : 0,
            threadCount: threadCount
        )
    }

    /// The most rows that a part can have by the sizes of its files, which readers hold it to.
    private func rowsMax(_ part: SplitPart, _ columns: Int) -> Int {
        let (matrixName, labelsName) = (ArtifactNames.matrix(part), ArtifactNames.labels(part))
        func bytes(_ name: String, _ format: MatrixFormat) -> Int {
            reader.manifest.entry(name + "." + format.rawValue)?.size ?? 0
        }
        // Cells of .npy have four bytes and follow a header, of 128 as all write it. In CSV a
        // label has two bytes at least, itself and the end of its line.
        func cells(_ name: String) -> Int { max(0, bytes(name, .npy) - 128) / 4 }
        return max(
            cells(labelsName),
            cells(matrixName) / max(1, columns),
            bytes(labelsName, .csv) / 2
        )
    }

    /// The rows to train on.
    func trainingRows(of preprocessor: Preprocessor) throws(ServiceError) -> PreparedRows {
        try part(.train, of: preprocessor)
    }

    /// Whether the data has an object.
    func has(_ name: String) -> Bool { size(of: name) != nil }

    /// Bytes of an object; nil where the data has none of this name.
    func size(of name: String) -> Int? { reader.manifest.entry(name)?.size }

    /// Whether the data has a part.
    func has(_ part: SplitPart) -> Bool {
        MatrixFormat.allCases.contains {
            has(ArtifactNames.matrix(part) + "." + $0.rawValue)
        }
    }

    /// A small object.
    func bytes(_ name: String, bytesMax: Int) throws(ServiceError) -> [UInt8] {
        do {
            return try reader.bytes(name, bytesMax: bytesMax, deadline: deadline)
        } catch {
            throw ServiceError(error, folder.input, object: name)
        }
    }

    /// A matrix with its labels, and weights where the schema has some, which fit each other and
    /// the preprocessor.
    func wholePart(
        _ part: SplitPart,
        of preprocessor: Preprocessor
    ) throws(ServiceError) -> PreparedRows {
        let (matrixName, labelsName) = (ArtifactNames.matrix(part), ArtifactNames.labels(part))
        let weightsName = ArtifactNames.weights(part)
        let columns = preprocessor.columnCount
        let rows = rowsMax(part, columns)
        let matrix = try matrix(matrixName, rowsMax: rows, columnsMax: columns)
        guard matrix.columns == columns else {
            throw problem(
                matrixName,
                "the matrix has \(matrix.columns) columns, its preprocessor \(columns)"
            )
        }
        let labels = try self.matrix(labelsName, rowsMax: rows, columnsMax: 1)
        do {
            _ = try labels.labels(for: matrix, preprocessor.schema.labelValues)
        } catch {
            throw problem(labelsName, "\(error)")
        }
        guard preprocessor.schema.roles.weight != nil else {
            return PreparedRows(matrix: matrix, labels: labels.values, weights: nil)
        }
        let weights = try self.matrix(weightsName, rowsMax: rows, columnsMax: 1)
        do throws(WeightError) {
            return PreparedRows(
                matrix: matrix,
                labels: labels.values,
                weights: try weights.weights(for: matrix)
            )
        } catch {
            throw problem(weightsName, "\(error)")
        }
    }

    /// The rows that a model is measured on: those of the test part that training saw no copy of,
    /// or all of them where the data does not say which these are.
    func measuredRows(
        of preprocessor: Preprocessor
    ) throws(ServiceError) -> (rows: PreparedRows, areUnseen: Bool) {
        let part = try part(.test, of: preprocessor)
        guard let split = PreparedSplit(reader.manifest),
            split.unseenTestRows ?? 0 <= part.matrix.rows
        else {
            throw problem(
                "\(ArtifactNames.data).manifest",
                "the manifest does not say how many of the \(part.matrix.rows) rows to test with are "
                    + "those of the table; prepare the data again"
            )
        }
        guard let rows = split.unseenTestRows else { return (part, false) }
        return (part.prefix(rows: rows), true)
    }

    /// Reads a matrix in the format it was written in. The content of a CSV shows only as it is
    /// read: no more of it is taken than memory was reserved for.
    private func matrix(
        _ name: String,
        rowsMax: Int,
        columnsMax: Int
    ) throws(ServiceError) -> FloatMatrix {
        let npy = name + "." + MatrixFormat.npy.rawValue
        guard reader.manifest.entry(npy) == nil else {
            // Memory is reserved for cells of four bytes after a header of 128.
            var parser = NPYReader(cellCountMax: (rowsMax + 128 / 4) * columnsMax)
            try read(npy) { (chunk) throws(NPYError) in try parser.append(chunk) }
            do { return try parser.finish() } catch { throw problem(npy, "\(error)") }
        }
        let csv = name + "." + MatrixFormat.csv.rawValue
        var limits = CSVLimits()
        // A header of a single "0" counts as a row until the end.
        limits.rowCountMax = min(limits.rowCountMax, rowsMax) + 1
        limits.columnCountMax = columnsMax
        var parser = CSVMatrixReader(limits: limits)
        try read(csv) { (chunk) throws(CSVError) in try parser.append(chunk) }
        do { return try parser.finish() } catch { throw problem(csv, error.description) }
    }

    func read<Failure: Error & CustomStringConvertible>(
        _ name: String,
        into parse: (Span<UInt8>) throws(Failure) -> Void
    ) throws(ServiceError) {
        var failure: Failure?
        do {
            try reader.get(name, deadline: deadline) { (chunk) throws(ObjectStoreError) in
                do throws(Failure) {
                    try parse(chunk)
                } catch {
                    failure = error
                    throw .stopped
                }
            }
        } catch {
            if let failure { throw problem(name, failure.description) }
            throw ServiceError(error, folder.input, object: name)
        }
    }

    func problem(_ name: String, _ message: String) -> ServiceError {
        .conflict(FieldProblem(folder.input, "\(name): \(message)", kind: .unmet))
    }
}
