// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService

extension ServedModel {
    /// Whether a row of as many values without names is one of prepared values. Where raw values
    /// are as many, it is a raw one; of a model without a preprocessor both are the same.
    func takesAsPrepared(valueCount: Int) -> Bool {
        valueCount == preparedFeatureCount && (valueCount != features.count || !isPrepared)
    }
}

/// The rows of a KServe v1 or SageMaker body, in any of three forms: records by feature name, lists
/// of raw values in the schema's order, or lists of prepared features.
enum Instances {
    /// The predictions for `value`'s rows.
    /// - Parameters:
    ///   - field: how the caller calls the list, for refusals.
    ///   - decides: whether the policy of the model is to decide them.
    ///   - kept: the call, where its rows are watched.
    static func predictions(
        _ value: JSONValue,
        field: String,
        model named: NamedModel,
        decides: Bool,
        _ kept: KeptCall?
    ) throws(ProtocolError) -> Predictions {
        try counted(named.model) { () throws(ProtocolError) in
            try rows(value, field: field, model: named.model)
                .predictions(named, decides: decides, kept)
        }
    }

    /// Whether a body asks for what a policy makes: its member `decisions`.
    static func wantsDecisions(_ body: JSONValue) throws(ProtocolError) -> Bool {
        switch body.object?["decisions"] {
        case nil, .null?: return false
        case .bool(let flag)?: return flag
        default: throw .request(.type(path: "decisions", wanted: "true or false"))
        }
    }

    /// Runs a scoring and counts how it ends.
    static func counted(
        _ model: ServedModel,
        _ score: () throws(ProtocolError) -> Predictions
    ) throws(ProtocolError) -> Predictions {
        let start = ContinuousClock.now
        do throws(ProtocolError) {
            let predictions = try score()
            let answerer = predictions.answerer?.model ?? model
            answerer.metrics.answered(calls: 1, queued: .zero, elapsed: .now - start)
            return predictions
        } catch {
            model.metrics.refused(calls: 1)
            throw error
        }
    }

    /// The rows of a body, before they are scored.
    enum Rows {
        /// In raw features.
        case raw(DecodedRows)
        case prepared(InferBatch)

        /// What a model predicts for them.
        /// - Parameters:
        ///   - decides: whether its policy is to decide them.
        ///   - kept: the call, where its rows are watched.
        func predictions(
            _ named: NamedModel,
            decides: Bool = false,
            _ kept: KeptCall?
        ) throws(ProtocolError) -> Predictions {
            let arePrepared = if case .prepared = self { true } else { false }
            let answerer = named.answering(arePrepared: arePrepared)
            if decides { try checkDecidable(by: answerer.model, arePrepared: arePrepared) }
            let rows = scoringRows
            var predictions = Predictions(
                answerer.model,
                of: rows,
                decides: decides,
                keepsMargins: kept != nil
            )
            predictions.answerer = answerer
            do throws(ServiceError) {
                try kept?.keep(rows, &predictions, by: answerer.model, named: answerer.name)
            } catch {
                throw .service(error)
            }
            return predictions
        }

        /// The rows as a model takes them.
        private var scoringRows: ScoringRows {
            switch self {
            case .raw(let rows): ScoringRows(rows.applications)
            case .prepared(let batch): batch.rows
            }
        }

    }

    /// Checks that the policy of a model decides rows.
    static func checkDecidable(
        by model: ServedModel,
        arePrepared: Bool = false
    ) throws(ProtocolError) {
        do throws(ServedModel.Undecidable) {
            try model.checkDecidable(arePrepared: arePrepared)
        } catch {
            throw .request(.undecidable("\(error)"))
        }
    }

    /// Reads rows as `model` takes them.
    /// - Parameter takesPrepared: whether lists of as many values may be prepared ones.
    static func rows(
        _ value: JSONValue,
        field: String,
        model: ServedModel,
        takesPrepared: Bool = true
    ) throws(ProtocolError) -> Rows {
        guard case .array(let elements) = value, let first = elements.first else {
            throw .request(.type(path: field, wanted: "a list with an element at least"))
        }
        if case .array(let values) = first, takesPrepared,
            model.takesAsPrepared(valueCount: values.count)
        {
            return .prepared(try prepared(elements, field: field, model: model))
        }
        var records: [JSONValue] = []
        records.reserveCapacity(elements.count)
        for (row, element) in elements.enumerated() {
            records.append(try record(element, path: "\(field)[\(row)]", model: model))
        }
        do {
            let rows = try SampleDecoder(features: model.features).rows(.array(records))
            let sample = LocationStep.name(RequestField.sample.rawValue)
            try model.checkCategories(of: rows.applications, at: [sample])
            model.metrics.passedOver(unknownColumns: rows.unknownCount)
            return .raw(rows)
        } catch {
            throw .service(error.renamed(field))
        }
    }

    /// Reads rows that are to be explained, which are in raw features.
    static func explainedRows(
        _ value: JSONValue,
        field: String,
        model: ServedModel
    ) throws(ProtocolError) -> DecodedRows {
        // Of a model without a preprocessor all values are raw ones.
        let rows = try rows(value, field: field, model: model, takesPrepared: model.isPrepared)
        switch rows {
        case .raw(let rows): return rows
        case .prepared:
            let count = model.features.count
            let wanted = "records, or lists of \(count) raw values: reasons are about these"
            throw .request(.type(path: field, wanted: wanted))
        }
    }

    /// What a body asks of the reasons; nil where it does not ask.
    static func reasonRequest(_ body: JSONValue) throws(ProtocolError) -> ReasonRequest? {
        do throws(ServiceError) {
            return try FieldReader.read(body) { $0.reasonRequest() }
        } catch {
            throw .service(error)
        }
    }

    /// A row as a record by feature name.
    private static func record(
        _ element: JSONValue,
        path: String,
        model: ServedModel
    ) throws(ProtocolError) -> JSONValue {
        guard case .array(let values) = element else { return element }
        guard values.count == model.features.count else {
            throw .request(
                .type(
                    path: path,
                    wanted: "a record, \(model.features.count) raw values or "
                        + "\(model.preparedFeatureCount) prepared features, as the first row is"
                )
            )
        }
        return .object(JSONObject(zip(model.features, values).map { ($0.name, $1) }))
    }

    private static func prepared(
        _ rows: [JSONValue],
        field: String,
        model: ServedModel
    ) throws(ProtocolError) -> InferBatch {
        let columnCount = model.preparedFeatureCount
        guard rows.count <= InferBatch.rowsMax else {
            throw .request(.tooManyRows(count: rows.count, limit: InferBatch.rowsMax))
        }
        var matrix = [Float](repeating: 0, count: rows.count * columnCount)
        for (row, element) in rows.enumerated() {
            guard case .array(let values) = element, values.count == columnCount else {
                throw .request(
                    .type(path: "\(field)[\(row)]", wanted: "a list of \(columnCount) numbers")
                )
            }
            for (column, value) in values.enumerated() {
                matrix[column * rows.count + row] = try number(
                    value,
                    "\(field)[\(row)][\(column)]"
                )
            }
        }
        return InferBatch(rowCount: rows.count, form: .prepared(matrix))
    }

    private static func number(
        _ value: JSONValue,
        _ path: @autoclosure () -> String
    ) throws(ProtocolError) -> Float {
        do throws(JSONCell.Failure) {
            return try JSONCell.number(value)
        } catch {
            if case .outOfRange = error {
                throw .request(.type(path: path(), wanted: "a number of single precision"))
            }
            throw .request(.type(path: path(), wanted: "a number, or null where it is missing"))
        }
    }
}

extension ServiceError {
    /// The same, with the caller's name for the list of rows.
    fileprivate func renamed(_ field: String) -> ServiceError {
        func renamed(_ problem: FieldProblem) -> FieldProblem {
            FieldProblem(
                location: [.name(field)] + problem.location.dropFirst(),
                message: problem.message,
                kind: problem.kind
            )
        }
        switch self {
        case .invalid(let problems): return .invalid(problems.map(renamed))
        case .tooLarge(let problem): return .tooLarge(renamed(problem))
        default: return self
        }
    }
}
