// SPDX-License-Identifier: Apache-2.0

package import JSON
package import LoanModel
package import LoanService

/// The record whose margin contributions start from.
package struct BaselineRecord: Sendable, Equatable {
    /// What the caller calls it.
    private let location: [LocationStep]
    /// Its values, by the names of the features.
    package let record: JSONObject

    /// The mean over the training, as callers write it.
    static let average = "average"
    /// What a baseline is, as the end of a sentence.
    static let wanted = "must be 'average' or a record, by the names of the features"

    /// A record that has been read.
    package init(_ record: JSONObject, at location: [LocationStep]) {
        self.record = record
        self.location = location
    }

    /// What a text asks for: nothing, `average`, or a record in JSON.
    /// - Returns: nil for the mean over the training.
    package static func read(
        _ text: [UInt8],
        at location: [LocationStep]
    ) throws(ServiceError) -> BaselineRecord? {
        if text.isEmpty || text.elementsEqual(average.utf8) { return nil }
        guard text.count <= ReasonLimits.baselineBytesMax else {
            throw problem(
                location,
                "has \(text.count) bytes; at most \(ReasonLimits.baselineBytesMax) are allowed",
                .tooManyItems
            )
        }
        let value: JSONValue
        do {
            value = try JSONParser.parse(text, allowsNaN: true)
        } catch {
            throw problem(location, "\(wanted): \(error)", .notAChoice)
        }
        return try read(value, at: location)
    }

    /// Whether a value, or its absence, stands for the mean over the training.
    static func isAverage(_ value: JSONValue?) -> Bool {
        switch value {
        case nil, .null?, .string(average)?: true
        default: false
        }
    }

    /// What a value asks for: the text `average`, a record, or a text that is a record in JSON.
    /// - Returns: nil for the mean over the training.
    static func read(
        _ value: JSONValue,
        at location: [LocationStep]
    ) throws(ServiceError) -> BaselineRecord? {
        if isAverage(value) { return nil }
        switch value {
        case .object(let record): return BaselineRecord(record, at: location)
        case .string(let text): return try read(Array(text.utf8), at: location)
        case .null, .bool, .number, .array: throw problem(location, wanted, .notAChoice)
        }
    }

    /// The record as a row of a model.
    /// - Throws: `.invalid` for a record that is none of the model's.
    package func row(of model: ServedModel) throws(ServiceError) -> ScoringRows {
        let sample = LocationStep.name(RequestField.sample.rawValue)
        do throws(ServiceError) {
            let list = JSONValue.array([.object(record)])
            let rows = try SampleDecoder(features: model.features).decode(list)
            try model.checkCategories(of: rows, at: [sample])
            return ScoringRows(rows)
        } catch {
            guard case .invalid(let problems) = error else { throw error }
            throw .invalid(
                problems.map { problem in
                    FieldProblem(
                        location: location + Self.place(of: problem),
                        message: problem.message,
                        kind: problem.kind
                    )
                }
            )
        }
    }

    /// Where in the record a problem is, which the decoder finds in the one row of a sample.
    private static func place(of problem: FieldProblem) -> ArraySlice<LocationStep> {
        let steps = problem.location.dropFirst()
        if case .index? = steps.first { return steps.dropFirst() }
        return steps
    }

    private static func problem(
        _ location: [LocationStep],
        _ message: String,
        _ kind: ProblemKind
    ) -> ServiceError {
        .invalid([FieldProblem(location: location, message: message, kind: kind)])
    }
}

extension ReasonRequest {
    /// The row whose margin contributions start from; nil for the mean over the training.
    /// - Throws: `.invalid` for a record that is none of the model's.
    func reference(_ model: ServedModel) throws(ServiceError) -> ScoringRows? {
        let place: [LocationStep] = [.name(RequestField.reasons.rawValue), .name("baseline")]
        return try baseline.map { (record) throws(ServiceError) in
            try BaselineRecord(record, at: place).row(of: model)
        }
    }
}
