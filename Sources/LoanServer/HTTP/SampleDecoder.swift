// SPDX-License-Identifier: Apache-2.0

internal import LoanJSON
package import LoanModel
package import LoanService

/// Turns the records of `/predict`'s `sample` into columns.
///
/// A number may be a numeric string or a boolean; null, NaN and an absent name are missing. A
/// feature that no record names is an error, so that a misspelt name does not pass silently.
/// Nested objects flatten to dotted names, which no feature has: a feature given as an object is
/// absent.
package struct SampleDecoder {
    private let features: [ServedModel.Feature]

    /// Records in one request.
    package static let rowsMax = 65_536
    /// Bytes of one category.
    static let categoryLengthMax = RecordLayout.categoryLengthMax

    /// - Parameter features: what a record is made of.
    package init(features: [ServedModel.Feature]) { self.features = features }

    /// The columns of a list of records.
    /// - Throws: `.invalid` naming row and column.
    package func decode(_ value: JSONValue) throws(ServiceError) -> ApplicationColumns {
        let records = try records(value)
        var columns: [ApplicationColumns.Column] = []
        for feature in features {
            columns.append(try column(feature, in: records))
        }
        return ApplicationColumns(rowCount: records.count, columns: columns)
    }

    private func records(_ value: JSONValue) throws(ServiceError) -> [JSONObject] {
        guard case .array(let elements) = value else {
            throw .invalid(.sample, "value is not a valid list", kind: "type_error.list")
        }
        guard !elements.isEmpty else {
            throw .invalid(.sample, "needs at least one record", kind: "value_error.list.min_items")
        }
        guard elements.count <= Self.rowsMax else {
            throw .invalid(
                .sample,
                "has \(elements.count) records; the limit is \(Self.rowsMax)",
                kind: "value_error.list.max_items"
            )
        }
        var records: [JSONObject] = []
        records.reserveCapacity(elements.count)
        for (row, element) in elements.enumerated() {
            guard let record = element.object else {
                throw problem(row, nil, "a record is an object of features", "type_error.dict")
            }
            records.append(record)
        }
        return records
    }

    private func column(
        _ feature: ServedModel.Feature,
        in records: [JSONObject]
    ) throws(ServiceError) -> ApplicationColumns.Column {
        var isNamed = false
        var numbers: [Float] = []
        var codes: [UInt8] = []
        for (row, record) in records.enumerated() {
            let value = present(record[feature.name])
            isNamed = isNamed || value != nil
            switch feature.kind {
            case .number: numbers.append(try number(value, row, feature.name))
            case .category: codes.append(try code(value, row, feature))
            }
        }
        guard isNamed else {
            throw .invalid([
                FieldProblem(
                    location: [.name(RequestField.sample.rawValue), .name(feature.name)],
                    message: "absent from every record",
                    kind: "value_error.missing"
                )
            ])
        }
        return feature.kind == .number ? .numbers(numbers) : .codes(codes)
    }

    private func present(_ value: JSONValue?) -> JSONValue? {
        if case .object = value { nil } else { value }
    }

    private func number(
        _ value: JSONValue?,
        _ row: Int,
        _ name: String
    ) throws(ServiceError) -> Float {
        let number: Double
        switch value {
        case nil, .null: return .nan
        case .bool(let flag): number = flag ? 1 : 0
        case .number(let literal): number = literal.value
        case .string(let text):
            guard let parsed = Double(text.trimmed) else {
                throw problem(row, name, "value is not a valid float", "type_error.float")
            }
            number = parsed
        case .array, .object:
            throw problem(row, name, "value is not a valid float", "type_error.float")
        }
        // Zero has one sign, however it is written.
        let rounded = Float(number) + 0
        guard !rounded.isInfinite else {
            throw problem(row, name, "is beyond single precision", "value_error.number.range")
        }
        return rounded
    }

    private func code(
        _ value: JSONValue?,
        _ row: Int,
        _ feature: ServedModel.Feature
    ) throws(ServiceError) -> UInt8 {
        switch value {
        case nil, .null: return ApplicationColumns.unknownCode
        case .number(let number) where number.value.isNaN: return ApplicationColumns.unknownCode
        case .string(let text):
            guard text.utf8.count <= Self.categoryLengthMax else {
                throw .tooLarge(
                    FieldProblem(
                        location: location(row, feature.name),
                        message: "longer than \(Self.categoryLengthMax) bytes",
                        kind: "value_error.any_str.max_length"
                    )
                )
            }
            guard !text.utf8.contains(0) else {
                throw problem(row, feature.name, "contains NUL", "value_error.str")
            }
            return feature.code(of: text)
        default: throw problem(row, feature.name, "str type expected", "type_error.str")
        }
    }

    private func problem(
        _ row: Int,
        _ name: String?,
        _ message: String,
        _ kind: String
    ) -> ServiceError {
        .invalid([FieldProblem(location: location(row, name), message: message, kind: kind)])
    }

    private func location(_ row: Int, _ name: String?) -> [LocationStep] {
        [.name(RequestField.sample.rawValue), .index(row)] + (name.map { [.name($0)] } ?? [])
    }
}
