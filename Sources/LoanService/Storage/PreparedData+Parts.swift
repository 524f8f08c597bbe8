// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import ModelValidation

// What data has where it was asked for: parts beyond those to train on and to test with, the facts
// of its division, the protected columns of the rows that a model is measured on.

extension PreparedData {
    /// The rows of a part; nil where the data has no such part. Of the rows to test with, all those
    /// that are written.
    func rows(
        of part: SplitPart,
        _ preprocessor: Preprocessor
    ) throws(ServiceError) -> PreparedRows? {
        guard has(part) else { return nil }
        return try self.part(part, of: preprocessor)
    }

    /// How the data was divided; nil where it does not say that.
    func facts() throws(ServiceError) -> DataFacts? {
        guard has(ArtifactNames.splitFacts) else { return nil }
        let document = try bytes(ArtifactNames.splitFacts, bytesMax: DataFacts.lengthMax)
        guard let facts = DataFacts(document: document) else {
            throw problem(
                ArtifactNames.splitFacts,
                "the document does not say how the rows were divided; prepare the data again"
            )
        }
        return facts
    }

    /// The protected columns of the rows that a model is measured on, in their order; none where
    /// the data has no such columns.
    func protectedColumns() throws(ServiceError) -> [ProtectedColumn] {
        guard let names = try facts()?.protectedColumns, !names.isEmpty else { return [] }
        let schema = TableSchema(
            features: names.map { Feature($0, .category(.native), .none) },
            label: "",
            labelPosition: names.count
        )
        var reader = CSVReader(schema: schema, labels: .ignored)
        let table: Table
        try read(ArtifactNames.protectedTest) { (chunk) throws(CSVError) in
            try reader.append(chunk)
        }
        do throws(CSVError) {
            table = try reader.finish()
        } catch {
            throw problem(ArtifactNames.protectedTest, error.description)
        }
        return zip(names, table.columns).map { name, column in
            guard case .categories(let column) = column else {
                preconditionFailure("the schema has categories alone")
            }
            let cells = column.codes.map { code in
                code == CategoryColumn.missing ? nil : column.vocabulary[Int(code)]
            }
            return ProtectedColumn(name: name, cells: cells)
        }
    }

    /// The number of the cluster of each row to train on: rows of one number belong together, such
    /// as those of one customer. Nil where the data does not say it.
    func trainClusters() throws(ServiceError) -> [UInt32]? {
        let name = ArtifactNames.trainClusters
        guard let size = size(of: name) else { return nil }
        let bytes = try bytes(name, bytesMax: size)
        do throws(NPYError) {
            guard let header = try NPYHeader(bytes.span), header.isVector,
                header.element == .int32
            else { throw .header }
            try header.validate(fileBytes: bytes.count)
            return stride(from: header.dataOffset, to: bytes.count, by: 4).map { start in
                bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
            }
        } catch {
            throw problem(name, "\(error)")
        }
    }
}
