// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanService

/// The rows of a table that `/invocations` is sent: raw or prepared features, with a header that
/// names them in any order, or without one and then all of them in the model's order.
///
/// A first line is a header if it names a feature, and then it must name them all. Any other line
/// is a row: there are as many scores as rows, or a refusal that says where.
enum InvocationTable {
    case raw(CodedApplications)
    case prepared(FloatMatrix)

    init(_ bytes: [UInt8], model: ServedModel) throws(CSVError) {
        guard try Self.isPrepared(CSVOpening.names(of: bytes), model) else {
            self = .raw(try model.applications(csv: bytes, header: .optional))
            return
        }
        var reader = CSVMatrixReader(names: model.preparedFeatureNames)
        try reader.append(bytes.span)
        self = .prepared(try reader.finish())
    }

    /// What the model predicts for each row.
    /// - Parameter kept: the call, where its rows are watched.
    func predictions(
        _ named: NamedModel,
        _ kept: KeptCall?
    ) throws(ProtocolError) -> Predictions {
        let model = named.model
        switch self {
        case .raw(let rows):
            do throws(ServiceError) {
                try model.checkCategories(of: rows)
            } catch {
                throw .service(error)
            }
            return try Instances.Rows.raw(DecodedRows(applications: rows)).predictions(named, kept)
        case .prepared(let matrix):
            guard (1...InferBatch.rowsMax).contains(matrix.rows) else {
                throw .request(.tooManyRows(count: matrix.rows, limit: InferBatch.rowsMax))
            }
            let batch = InferBatch(rowCount: matrix.rows, form: .prepared(matrix.values))
            return try Instances.Rows.prepared(batch).predictions(named, kept)
        }
    }

    /// Whether a first record names prepared features or has as many fields as there are.
    private static func isPrepared(_ names: [String], _ model: ServedModel) -> Bool {
        // Looked up once for each name, of which there may be thousands.
        let raw = Set(model.features.map(\.name))
        let prepared = Set(model.preparedFeatureNames)
        guard names.contains(where: { raw.contains($0) || prepared.contains($0) }) else {
            return model.takesAsPrepared(valueCount: names.count)
        }
        // Numbers are called alike in both forms, categories are not.
        guard raw.isSubset(of: names) else {
            return names.contains { prepared.contains($0) && !raw.contains($0) }
        }
        return false
    }
}
