// SPDX-License-Identifier: Apache-2.0

package import JSON
package import LoanModel
package import LoanService

/// Turns the records of `/predict`'s `sample` into columns.
///
/// A number may be a numeric string or a boolean; null, NaN and an absent name are missing, as
/// `docs/values.md` says. A feature that no record names is an error, so that a misspelt name does
/// not pass silently.
/// Nested objects flatten to dotted names, which no feature has: a feature given as an object is
/// absent.
package struct SampleDecoder {
    private let features: [ServedModel.Feature]

    /// Records in one request.
    package static let rowsMax = 65_536
    /// Values in one request, those that are absent among them: a record of two bytes has as many
    /// as the model has features.
    package static let cellsMax = 1 << 24

    /// - Parameter features: what a record is made of.
    package init(features: [ServedModel.Feature]) { self.features = features }

    /// The columns of a list of records.
    /// - Throws: `.invalid` naming row and column.
    package func decode(_ value: JSONValue) throws(ServiceError) -> CodedApplications {
        try rows(value).applications
    }

    /// The columns of a list of records, with the names that are no feature's.
    /// - Throws: `.invalid` naming row and column.
    func rows(_ value: JSONValue) throws(ServiceError) -> DecodedRows {
        let records = try records(value)
        let places = RecordPlaces(records, features)
        var columns: [CodedApplications.Column] = []
        columns.reserveCapacity(features.count)
        for index in features.indices {
            columns.append(try column(index, in: records, places))
        }
        return DecodedRows(
            applications: CodedApplications(rowCount: records.count, columns: columns),
            unknownNames: places.unknownNames,
            unknownCount: places.unknownCount
        )
    }

    private func records(_ value: JSONValue) throws(ServiceError) -> [JSONObject] {
        guard case .array(let elements) = value else {
            throw .invalid(field: .sample, "value is not a valid list", kind: .notList)
        }
        guard !elements.isEmpty else {
            throw .invalid(field: .sample, "needs at least one record", kind: .tooFewItems)
        }
        guard elements.count <= Self.rowsMax else {
            throw .invalid(
                field: .sample,
                "has \(elements.count) records; the limit is \(Self.rowsMax)",
                kind: .tooManyItems
            )
        }
        guard elements.count * features.count <= Self.cellsMax else {
            throw .invalid(
                field: .sample,
                "has \(elements.count) records of \(features.count) features; the limit is "
                    + "\(Self.cellsMax / max(1, features.count)) records",
                kind: .tooManyItems
            )
        }
        var records: [JSONObject] = []
        records.reserveCapacity(elements.count)
        for (row, element) in elements.enumerated() {
            guard let record = element.object else {
                throw .invalid([
                    FieldProblem(
                        location: location(row, nil),
                        message: "a record is an object of features",
                        kind: .notObject
                    )
                ])
            }
            records.append(record)
        }
        return records
    }

    private func column(
        _ index: Int,
        in records: [JSONObject],
        _ places: RecordPlaces
    ) throws(ServiceError) -> CodedApplications.Column {
        let feature = features[index]
        var isNamed = false
        var numbers: [Float] = []
        var codes: [UInt8] = []
        for (row, record) in records.enumerated() {
            let value = present(places[row, index].map { record.members[$0].value })
            isNamed = isNamed || value != nil
            do throws(JSONCell.Failure) {
                switch feature.carrier {
                case .number: numbers.append(try JSONCell.number(value, of: feature))
                case .code: codes.append(try JSONCell.code(value, of: feature))
                }
            } catch {
                throw error.problem(at: location(row, feature.name))
            }
        }
        guard isNamed else {
            throw .invalid([
                FieldProblem(
                    location: [.name(RequestField.sample.rawValue), .name(feature.name)],
                    message: "absent from every record",
                    kind: .missing
                )
            ])
        }
        return feature.carrier == .number ? .numbers(numbers) : .codes(codes)
    }

    private func present(_ value: JSONValue?) -> JSONValue? {
        if case .object = value { nil } else { value }
    }

    private func location(_ row: Int, _ name: String?) -> [LocationStep] {
        [.name(RequestField.sample.rawValue), .index(row)] + (name.map { [.name($0)] } ?? [])
    }
}
