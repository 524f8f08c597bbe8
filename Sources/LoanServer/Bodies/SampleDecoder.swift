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
    /// Bytes of one category.
    static let categoryLengthMax = CategoryVocabulary.textBytesMax

    /// - Parameter features: what a record is made of.
    package init(features: [ServedModel.Feature]) { self.features = features }

    /// The columns of a list of records.
    /// - Throws: `.invalid` naming row and column.
    package func decode(_ value: JSONValue) throws(ServiceError) -> CodedApplications {
        let records = try records(value)
        var columns: [CodedApplications.Column] = []
        for feature in features {
            columns.append(try column(feature, in: records))
        }
        return CodedApplications(rowCount: records.count, columns: columns)
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
        var records: [JSONObject] = []
        records.reserveCapacity(elements.count)
        for (row, element) in elements.enumerated() {
            guard let record = element.object else {
                throw problem(row, nil, "a record is an object of features", .notObject)
            }
            records.append(record)
        }
        return records
    }

    private func column(
        _ feature: ServedModel.Feature,
        in records: [JSONObject]
    ) throws(ServiceError) -> CodedApplications.Column {
        var isNamed = false
        var numbers: [Float] = []
        var codes: [UInt8] = []
        for (row, record) in records.enumerated() {
            let value = present(record[feature.name])
            isNamed = isNamed || value != nil
            switch feature.carrier {
            case .number: numbers.append(try number(value, row, feature.name))
            case .code: codes.append(try code(value, row, feature))
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

    private func number(
        _ value: JSONValue?,
        _ row: Int,
        _ name: String
    ) throws(ServiceError) -> Float {
        do throws(JSONCell.Failure) {
            return try JSONCell.number(value)
        } catch {
            switch error {
            case .notANumber:
                throw problem(row, name, "value is not a valid float", .notNumber)
            case .outOfRange:
                throw problem(row, name, "is beyond single precision", .beyondPrecision)
            }
        }
    }

    private func code(
        _ value: JSONValue?,
        _ row: Int,
        _ feature: ServedModel.Feature
    ) throws(ServiceError) -> UInt8 {
        switch value {
        case nil, .null: return ServedModel.missingCode
        case .number(let number) where number.value.isNaN: return ServedModel.missingCode
        case .string(let text):
            do throws(CategoryVocabulary.Failure) {
                return try feature.vocabulary.code(of: text)
            } catch {
                throw problem(error, row, feature.name)
            }
        default: throw problem(row, feature.name, "str type expected", .notText)
        }
    }

    private func problem(
        _ failure: CategoryVocabulary.Failure,
        _ row: Int,
        _ name: String
    ) -> ServiceError {
        switch failure {
        case .tooLong:
            .tooLarge(
                FieldProblem(
                    location: location(row, name),
                    message: "longer than \(Self.categoryLengthMax) bytes",
                    kind: .tooLongText
                )
            )
        case .nul: problem(row, name, "contains NUL", .unusableText)
        case .invalidUTF8: problem(row, name, "is not UTF-8", .unusableText)
        }
    }

    private func problem(
        _ row: Int,
        _ name: String?,
        _ message: String,
        _ kind: ProblemKind
    ) -> ServiceError {
        .invalid([FieldProblem(location: location(row, name), message: message, kind: kind)])
    }

    private func location(_ row: Int, _ name: String?) -> [LocationStep] {
        [.name(RequestField.sample.rawValue), .index(row)] + (name.map { [.name($0)] } ?? [])
    }
}
