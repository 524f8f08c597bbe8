// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService

extension DataSchema {
    /// The fields `schema` and `label` of `POST /data`: a document, the path or key of one next to
    /// the table, or the label by which the table shows its schema.
    init(_ reader: inout FieldReader, _ source: StorageLocation) {
        let label = reader.optionalText(.label)
        let schema = reader.raw(.schema)
        guard schema == nil || schema == .null || label == nil else {
            reader.report(
                FieldProblem(
                    field: .label,
                    "is given with a schema, which has a label of its own; give one of them",
                    kind: .unusable
                )
            )
            self = .documented
            return
        }
        switch schema {
        case nil, .null?: self = Self.inferred(label, &reader)
        case .string?: self = Self.stored(reader.optionalText(.schema), source)
        case let document?:
            do throws(SchemaDocumentError) {
                self = .given(try SchemaDocument.read(document))
            } catch {
                reader.report(FieldProblem(field: .schema, "\(error)", kind: .unusable))
                self = .documented
            }
        }
    }

    private static func inferred(_ label: String?, _ reader: inout FieldReader) -> DataSchema {
        guard let label else { return .documented }
        guard let choice = LabelChoice(label) else {
            reader.report(
                FieldProblem(field: .label, "must be COLUMN or COLUMN=VALUE", kind: .unusable)
            )
            return .documented
        }
        return .inferred(choice)
    }

    private static func stored(_ place: String?, _ source: StorageLocation) -> DataSchema {
        guard let place else { return .documented }
        switch source {
        case .local: return .stored(.local(path: place))
        case .s3(let bucket, _): return .stored(.s3(bucket: bucket, key: place))
        }
    }
}
