// SPDX-License-Identifier: Apache-2.0

internal import Compression
internal import Digest
internal import LoanModel
internal import ObjectStorage

/// The table of a data preparation: what its columns are, and its rows. Blocking.
struct SourceTable {
    let request: DataRequest
    let source: StorageResolver.Resolved
    let resolver: StorageResolver
    let stop: WorkStop
    let threadCount: Int
    /// Called with the share that is read.
    let progress: @Sendable (Double) -> Void

    /// Reading one object may take this long.
    private static let transferTime = Duration.seconds(600)

    private var input: RequestInput { request.source.input(.source) }

    /// The schema that the request gives, names, or has the table show, and what a person should
    /// look at.
    /// - Parameter grown: called with the bytes that finding out what columns are takes so far.
    func schema(
        grown: (Int) throws(ServiceError) -> Void
    ) throws(ServiceError) -> (schema: TableSchema, warnings: [String]) {
        switch request.schema {
        case .documented: return (.creditRisk, [])
        case .given(let schema): return (schema, [])
        case .stored(let location): return (try stored(location), [])
        case .inferred(let choice):
            return try inferred(choice, grown: grown)
        }
    }

    /// The table as it was read.
    struct Rows: Sendable {
        let table: Table
        /// Rows that were left out, since they have no label.
        let unlabeledCount: Int
        /// The SHA-256 of the bytes as they are stored, in hexadecimal digits; nil where it is not
        /// asked for.
        let digest: String?
    }

    private func inferred(
        _ choice: LabelChoice,
        grown: (Int) throws(ServiceError) -> Void
    ) throws(ServiceError) -> (schema: TableSchema, warnings: [String]) {
        let survey = SchemaSurvey(dialect: request.dialect)
        let table = ParallelTable(survey, threadCount: threadCount)
        try read(table, measure: { $0.byteCount }, grown, nil) { .invalid(input, $0) }
        do throws(CSVError) {
            try table.withTable { (survey) throws(CSVError) in try survey.finish() }
        } catch {
            throw .invalid(input, error)
        }
        do throws(SchemaInferenceError) {
            let inferred = try table.withTable { (survey) throws(SchemaInferenceError) in
                try survey.schema(
                    label: choice,
                    marks: request.columns,
                    threadCount: threadCount
                )
            }
            return (inferred.schema, inferred.warnings)
        } catch {
            throw .invalid(.schema, "\(error)", kind: .table)
        }
    }

    /// Reads all of the table but the end that `finish` reads.
    /// - Parameters:
    ///   - measure: what of the table shows its memory.
    ///   - grown: called with that, as far as it is read.
    private func read<Table: BlockReadable>(
        _ table: ParallelTable<Table>,
        measure: (Table) -> Int,
        _ grown: (Int) throws(ServiceError) -> Void,
        _ digest: SourceDigest?,
        _ problem: (CSVError) -> ServiceError
    ) throws(ServiceError) {
        try eachChunk(digest) { (chunk) throws(ServiceError) in
            do throws(CSVError) {
                try table.append(chunk)
            } catch {
                throw problem(error)
            }
            try grown(table.withTable { measure($0) })
        }
        do throws(CSVError) { try table.drain() } catch { throw problem(error) }
        try grown(table.withTable { measure($0) })
    }

    private func stored(_ location: StorageLocation) throws(ServiceError) -> TableSchema {
        let place = try resolver.resolve(location, as: .source)
        let bytes: [UInt8]
        do {
            bytes = try place.store.get(
                try ObjectKey(place.key),
                bytesMax: SchemaDocument.lengthMax,
                deadline: .now + Self.transferTime
            ).bytes
        } catch {
            throw ServiceError(error, .schema)
        }
        do throws(SchemaDocumentError) {
            return try SchemaDocument.read(bytes)
        } catch {
            throw .invalid(.schema, "\(error)")
        }
    }

    /// Reads all rows.
    /// - Parameters:
    ///   - marks: the columns that are read in addition to those of the schema.
    ///   - grown: called with the rows so far, of which memory shows only as it is read.
    func rows(
        of schema: TableSchema,
        _ marks: MarkedColumns,
        grown: (Int) throws(ServiceError) -> Void
    ) throws(ServiceError) -> Rows {
        let reader = CSVReader(
            schema: schema,
            labels: .required,
            marks: marks,
            dialect: request.dialect
        )
        let digest = request.wantsFacts || !marks.isEmpty ? SourceDigest() : nil
        let table = ParallelTable(reader, threadCount: threadCount)
        let found = { table.withTable { $0.foundNames } }
        try read(table, measure: { $0.rowCount }, grown, digest) { problem($0, found()) }
        do throws(CSVError) {
            return try table.withTable { (reader) throws(CSVError) in
                let rows = try reader.finish()
                return Rows(
                    table: rows,
                    unlabeledCount: reader.unlabeledCount,
                    digest: digest?.digits
                )
            }
        } catch {
            throw problem(error, found())
        }
    }

    private func problem(_ error: CSVError, _ found: [String]) -> ServiceError {
        guard case .missingColumn(let name) = error else { return .invalid(input, error) }
        return noColumn(name, found)
    }

    /// What was looked for and found, and the ways on.
    private func noColumn(_ name: String, _ found: [String]) -> ServiceError {
        let nearest = NearestNames.find(name, among: found).joined(separator: ", ")
        let listed = found.prefix(16).joined(separator: ", ") + (found.count > 16 ? ", ..." : "")
        let way =
            switch request.schema {
            case .documented:
                "; without a schema the columns are those of the documented table: for another "
                    + "one, name its label, or give a schema"
            case .given, .stored, .inferred: "; the schema or the request asks for it"
            }
        return .invalid(
            input,
            "the table has no column \(name); nearest are \(nearest); its \(found.count) columns "
                + "are \(listed)\(way)",
            kind: .table
        )
    }

    /// Gives all of the table's content, piece by piece, decompressed where it is compressed.
    private func eachChunk(
        _ digest: SourceDigest?,
        _ body: (borrowing Span<UInt8>) throws(ServiceError) -> Void
    ) throws(ServiceError) {
        var failure: ServiceError?
        var content = ContentStream()
        do {
            let key = try ObjectKey(source.key)
            let size = try source.store.head(key, deadline: .now + Self.transferTime).size
            var bytesRead = 0
            _ = try source.store.get(key, .all, deadline: .now + Self.transferTime) {
                (chunk) throws(ObjectStoreError) in
                if stop.isRaised { throw .stopped }
                digest?.update(chunk)
                do throws(StreamError<ServiceError>) {
                    try content.append(chunk, body)
                } catch {
                    failure = problem(error)
                    throw .stopped
                }
                bytesRead += chunk.count
                progress(Double(bytesRead) / Double(size))
            }
        } catch {
            throw failure ?? ServiceError(error, input)
        }
        do throws(StreamError<ServiceError>) {
            try content.finish(body)
        } catch {
            throw problem(error)
        }
    }

    private func problem(_ error: StreamError<ServiceError>) -> ServiceError {
        switch error {
        case .compression(let error): .invalid(input, "\(error)", kind: .table)
        case .content(let error): error
        }
    }
}
