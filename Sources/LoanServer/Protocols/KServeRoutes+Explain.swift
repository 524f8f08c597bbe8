// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanModel
internal import LoanService

extension KServeRoutes {
    /// What a call to explain asks for, with its rows read.
    private struct Explaining: Sendable {
        let answerer: AnsweringModel
        let kept: KeptCall?
        let rows: DecodedRows
        let request: ReasonRequest
        let decides: Bool
        let wantsChanges: Bool
    }

    private static let instances = "instances"
    /// Without a word on it, each row has its reasons and all contributions.
    private static let usualRequest = ReasonRequest(
        count: ReasonRequest.countUsual,
        includesContributions: true
    )

    /// `{"instances": [...], "reasons": 4}`, answered by predictions and explanations, and where
    /// `decisions` and `changes` ask for them by these.
    func explain(_ call: HTTPCall) -> HTTPReply {
        do throws(ProtocolError) {
            let explaining = try Self.reading(
                call,
                try NamedModel(scoring: call, service).answering(arePrepared: false),
                KeptCall(service, call, .kserveExplain, rows: Self.instances)
            )
            return .later { await answer(explaining) }
        } catch {
            return .now(error.answer)
        }
    }

    private static func reading(
        _ call: HTTPCall,
        _ answerer: AnsweringModel,
        _ kept: KeptCall?
    ) throws(ProtocolError) -> Explaining {
        let model = answerer.model
        let body: JSONValue
        do {
            body = try JSONParser.parse(call.body, allowsNaN: true)
        } catch {
            throw .request(.json(error))
        }
        guard let value = body.object?[instances] else {
            throw .request(.missing(path: instances))
        }
        let wantsChanges: Bool
        do throws(ServiceError) {
            wantsChanges = try FieldReader.read(body) { $0.flag(.changes) }
        } catch {
            throw .service(error)
        }
        let decides = try Instances.wantsDecisions(body)
        do throws(ServedModel.Undecidable) {
            if decides { try model.checkDecidable() }
            if wantsChanges { try model.checkChangeable() }
        } catch {
            throw .request(.undecidable("\(error)"))
        }
        return Explaining(
            answerer: answerer,
            kept: kept,
            rows: try Instances.explainedRows(value, field: instances, model: model),
            request: try Instances.reasonRequest(body) ?? usualRequest,
            decides: decides,
            wantsChanges: wantsChanges
        )
    }

    private func answer(_ explaining: Explaining) async -> HTTPAnswer {
        let start = ContinuousClock.now
        let model = explaining.answerer.model
        let applications = explaining.rows.applications
        let place: [LocationStep] = [.name(Self.instances)]
        var predictions: Predictions
        let explanations: Explanations
        var changes: [RowChanges?]?
        do throws(ServiceError) {
            let rowCount = applications.rowCount
            if explaining.wantsChanges { try LoanService.checkChangeableRows(rowCount) }
            try model.checkContributions(rowCount: rowCount, by: .features, at: place)
            let batch = ScoringRows(applications)
            predictions = Predictions(
                model,
                of: batch,
                decides: explaining.decides,
                keepsMargins: explaining.kept != nil
            )
            explanations = try await reasons.explanations(
                of: batch,
                predictions,
                model,
                explaining.request,
                at: place
            )
            if explaining.wantsChanges {
                changes = try await service.changes(of: applications, by: model)
            }
            try explaining.kept?.keep(
                batch,
                &predictions,
                explanations,
                by: model,
                named: explaining.answerer.name
            )
        } catch {
            model.metrics.refused(calls: 1)
            return ProtocolError.service(error).answer
        }
        model.metrics.answered(calls: 1, queued: .zero, elapsed: .now - start)
        var writer = JSONWriter()
        writer.raw("{")
        writer.predictions(predictions)
        writer.calibrated(predictions)
        writer.raw(#","explanations":"#)
        writer.explanations(explanations)
        writer.calibration(predictions)
        if let decisions = predictions.decisions {
            writer.raw(#","decisions":"#)
            writer.decisions(decisions)
        }
        if let changes {
            writer.raw(#","changes":"#)
            writer.changes(changes, of: model)
        }
        writer.raw("}")
        return HTTPAnswer.json(200, bytes: writer.bytes).waiting(for: predictions.ticket)
            .served(by: explaining.answerer)
    }
}

extension JSONWriter {
    /// `"predictions":[0.9,0.1]`, a list for a row of several values.
    mutating func predictions(_ predictions: Predictions) {
        raw(#""predictions":"#)
        let isList = predictions.kind.isOfClasses || predictions.valuesPerRow > 1
        list(predictions.rows, open: "[", close: "]") { writer, row in
            writer.values(row, isList: isList)
        }
    }

    /// `,"calibrated":[0.91,0.08]` where the model is calibrated.
    mutating func calibrated(_ predictions: Predictions) {
        guard let calibrated = predictions.calibrated else { return }
        raw(#","calibrated":"#)
        list(calibrated.values, open: "[", close: "]") { $0.number($1) }
    }

    /// `,"calibration":{"method":"platt","factor":1.08}` where the model is calibrated.
    mutating func calibration(_ predictions: Predictions) {
        guard let calibrated = predictions.calibrated else { return }
        raw(#","calibration":"#)
        calibration(calibrated.calibration)
    }
}
