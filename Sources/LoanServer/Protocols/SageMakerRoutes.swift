// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanModel
internal import LoanService

/// SageMaker's container contract: `POST /invocations` with CSV or JSON (`GET /ping` is among the
/// documented calls). Source: SageMaker developer guide, "Custom Inference Code with Hosting
/// Services" and "Common Data Formats for Inference".
struct SageMakerRoutes {
    let service: LoanService
    let reasons: ReasonPool

    /// Names the model where several are served, as multi-model endpoints do.
    static let modelHeader = "X-Amzn-SageMaker-Target-Model"
    static let path = "/invocations"

    func register(in router: inout HTTPRouter) {
        router.on(.post, Self.path, .scores(.lines, .error)) { call in
            do throws(ProtocolError) {
                return try invocation(call)
            } catch {
                return .now(error.answer)
            }
        }
    }

    private enum MediaType: String, CaseIterable {
        case csv = "text/csv"
        case json = "application/json"

        /// The type without its parameters; nil when it is not offered.
        init?(header: String?) {
            guard let header else {
                self = .json
                return
            }
            let name = header.prefix { $0 != ";" }.lowercased()
            self.init(rawValue: String(name.trimmed))
        }
    }

    private func invocation(_ call: HTTPCall) throws(ProtocolError) -> HTTPReply {
        let named = try model(call)
        guard let type = MediaType(header: call.headers["content-type"]) else {
            throw .mediaType(found: call.headers["content-type"] ?? "")
        }
        let answerType = try Self.answerType(call, type)
        let kept = KeptCall(
            service,
            call,
            .sageMaker,
            rows: type == .json ? InvocationBody.rowsName : nil
        )
        let predictions: Predictions
        switch type {
        case .csv:
            predictions = try Instances.counted(named.model) { () throws(ProtocolError) in
                try Self.scored(csv: call.body, model: named, kept)
            }
        case .json:
            let body = try InvocationBody(call.body)
            if let request = try Instances.reasonRequest(body.json) {
                guard answerType == .json else {
                    throw .notAcceptable(
                        asked: MediaType.csv.rawValue,
                        offered: [MediaType.json.rawValue]
                    )
                }
                return try explaining(body, request, named, kept)
            }
            predictions = try Instances.predictions(
                body.rows,
                field: InvocationBody.rowsName,
                model: named,
                decides: try Instances.wantsDecisions(body.json),
                kept
            )
        }
        return .now(
            Self.answer(predictions, answerType).waiting(for: predictions.ticket)
                .served(by: predictions.answerer)
        )
    }

    private static func answer(_ predictions: Predictions, _ type: MediaType) -> HTTPAnswer {
        switch type {
        case .csv:
            var writer = JSONWriter()
            let calibrated = predictions.calibrated?.values
            for (index, row) in predictions.rows.enumerated() {
                writer.list(row, open: "", close: "") { $0.number($1) }
                if let calibrated {
                    writer.raw(",")
                    writer.number(calibrated[index])
                }
                writer.raw("\n")
            }
            return HTTPAnswer(200, contentType: "text/csv", body: .bytes(writer.bytes))
        case .json: return .json(200, bytes: writer(predictions).bytes)
        }
    }

    /// The form that the caller prefers, or that of the body where it prefers none.
    private static func answerType(
        _ call: HTTPCall,
        _ bodyType: MediaType
    ) throws(ProtocolError) -> MediaType {
        let accept = AcceptField(call.headers.values(of: "accept"))
        let others = MediaType.allCases.filter { $0 != bodyType }
        let best = ([bodyType] + others).reduce((type: bodyType, quality: 0.0)) { best, type in
            let quality = accept.quality(of: type.rawValue)
            return quality > best.quality ? (type, quality) : best
        }
        guard best.quality > 0 else {
            throw .notAcceptable(
                asked: call.headers.values(of: "accept").joined(separator: ", "),
                offered: MediaType.allCases.map(\.rawValue)
            )
        }
        return best.type
    }

    private func model(_ call: HTTPCall) throws(ProtocolError) -> NamedModel {
        let names = service.served.names
        if let name = call.headers[Self.modelHeader.lowercased()] {
            return try NamedModel(name, scoring: call, service)
        }
        guard names.count == 1 else {
            throw .noModelNamed(header: Self.modelHeader, served: names)
        }
        return try NamedModel(names[0], scoring: call, service)
    }

    // MARK: Rows

    private static func scored(
        csv bytes: [UInt8],
        model named: NamedModel,
        _ kept: KeptCall?
    ) throws(ProtocolError) -> Predictions {
        let line = bytes.prefix { $0 != .lineFeed && $0 != .carriageReturn }
        let lineBytesMax = CSVLimits().recordBytesMax
        guard line.count <= lineBytesMax else {
            throw .service(.tooLarge(.firstLine(limit: lineBytesMax)))
        }
        let table: InvocationTable
        do throws(CSVError) {
            table = try InvocationTable(bytes, model: named.model)
        } catch {
            throw .service(.invalid([error.problem]))
        }
        return try table.predictions(named, kept)
    }

    /// `{"predictions": [{"score": 0.98, "predicted_label": 1}]}`; the score of several classes or
    /// values is a list, and a value has no label. A model that is calibrated adds `calibrated`.
    /// - Parameter explanations: why the rows have their scores, where that is asked for.
    static func writer(_ predictions: Predictions, _ explanations: Explanations? = nil)
        -> JSONWriter
    {
        var writer = JSONWriter()
        writer.raw(#"{"predictions":"#)
        let isList = predictions.kind.isOfClasses || predictions.valuesPerRow > 1
        let labels = predictions.labels
        let calibrated = predictions.calibrated?.values
        writer.list(predictions.rows.enumerated(), open: "[", close: "]") { writer, row in
            writer.raw(#"{"score":"#)
            writer.values(row.element, isList: isList)
            if let labels { writer.raw(#","predicted_label":\#(labels[row.offset])"#) }
            if let calibrated {
                writer.raw(#","calibrated":"#)
                writer.number(calibrated[row.offset])
            }
            if let decisions = predictions.decisions {
                writer.raw(",")
                writer.decision(decisions.rows[row.offset], decisions)
            }
            if let explanations {
                writer.raw(#","explanation":"#)
                writer.explanation(explanations.rows[row.offset], explanations.features)
            }
            writer.raw("}")
        }
        if explanations != nil { writer.calibration(predictions) }
        writer.raw("}")
        return writer
    }
}

extension FieldProblem {
    /// The first line of a table exceeds a limit, in bytes.
    fileprivate static func firstLine(limit: Int) -> Self {
        Self(
            location: [],
            message: "the first line exceeds \(limit) bytes",
            kind: .table
        )
    }
}

extension CSVError {
    fileprivate var problem: FieldProblem {
        FieldProblem(location: [], message: description, kind: .table)
    }
}
