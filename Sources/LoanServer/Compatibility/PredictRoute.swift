// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanModel
package import LoanService
internal import NIOPosix

/// `POST /predict`: scores applications. Wire and model meet here for HTTP.
///
/// Plain bodies go straight into columns (`RecordDocument`); all others take the obvious way
/// through `JSONParser` and `SampleDecoder`, which means the same and finds the words for errors.
package struct PredictRoute: Sendable {
    private enum Outcome {
        case answered(HTTPAnswer)
        /// The model must be loaded first.
        case needsModel(ModelReference)
        /// Reasons and changes take longer than an event loop may be kept.
        case takesLong(PredictInput, AnsweringModel)
    }

    let service: LoanService
    let reasons: ReasonPool
    /// By the bytes that say which model is meant.
    private let references = LastResult<[UInt8], ModelReference>()
    /// By the loading of the model; nil where its records are not read the fast way.
    private let layouts = LastResult<UInt64, RecordLayout?>()

    /// What says which model is meant is kept for the next call up to this length.
    private static let memberBytesMax = 4 << 10
    /// Longer bodies leave the event loop that they came on: some 2,000 records, a few
    /// milliseconds.
    private static let inlineBytesMax = 512 << 10

    init(service: LoanService, reasons: ReasonPool) {
        self.service = service
        self.reasons = reasons
    }

    func respond(to call: HTTPCall) -> HTTPReply {
        let isOnEventLoop = MultiThreadedEventLoopGroup.currentEventLoop != nil
        guard call.body.count <= Self.inlineBytesMax || !isOnEventLoop else {
            return .later { await answerOnThread(call, nil) }
        }
        switch attempt(call, nil) {
        case .answered(let answer): return .now(answer)
        case .needsModel(let reference): return .later { await answer(call, loading: reference) }
        case .takesLong(let input, let model):
            return .later { await explain(input, model, kept(call)) }
        }
    }

    /// The model or its challenger: each reads the rows that the other one reads.
    private func answering(
        _ model: ServedModel,
        _ reference: ModelReference,
        _ call: HTTPCall
    ) -> AnsweringModel {
        service.challengers.answering(model, name: reference.name) { call.id }
    }

    private func kept(_ call: HTTPCall) -> KeptCall? {
        KeptCall(service, call, .predict, rows: RequestField.sample.rawValue)
    }

    private func answer(_ call: HTTPCall, loading reference: ModelReference) async -> HTTPAnswer {
        do throws(ServiceError) {
            return await answerOnThread(call, try await service.model(reference))
        } catch {
            return .refusal(ErrorResponse(error))
        }
    }

    /// Answers on a thread that may be kept busy.
    private func answerOnThread(_ call: HTTPCall, _ model: ServedModel?) async -> HTTPAnswer {
        let outcome = try? await NIOThreadPool.singleton.runIfActive { attempt(call, model) }
        switch outcome {
        case .answered(let answer): return answer
        case .needsModel(let reference): return await answer(call, loading: reference)
        case .takesLong(let input, let model): return await explain(input, model, kept(call))
        case nil:
            return .refusal(
                ErrorResponse(.unavailable(message: "the server stops", retryAfterSeconds: 1))
            )
        }
    }

    /// Answers with `model`, or with the one in memory that the body names.
    private func attempt(_ call: HTTPCall, _ model: ServedModel?) -> Outcome {
        if let answer = plainAnswer(to: call, model) { return .answered(answer) }
        do throws(ErrorResponse) {
            let input = try Self.input(try call.json(allowsNaN: true))
            guard let model = model ?? service.modelInMemory(input.reference) else {
                return .needsModel(input.reference)
            }
            let answerer = answering(model, input.reference, call)
            if input.reasons != nil || input.wantsChanges { return .takesLong(input, answerer) }
            return .answered(try Self.answer(input, answerer, kept(call)))
        } catch {
            return .answered(.refusal(error))
        }
    }

    /// The fast way; nil where it does not lead.
    private func plainAnswer(to call: HTTPCall, _ model: ServedModel?) -> HTTPAnswer? {
        let start = ContinuousClock.now
        guard call.mayBeJSON, let document = RecordDocument(call.body, listName: "sample"),
            document.rowCount <= SampleDecoder.rowsMax,
            let reference = reference(of: document),
            let model = model ?? service.modelInMemory(reference), !model.refusesUnknownCategories,
            let layout = layout(of: model), let columns = document.columns(layout)
        else { return nil }
        let answerer = answering(model, reference, call)
        answerer.model.metrics.passedOver(unknownColumns: columns.unknownCount)
        let kept = kept(call)
        let rows = ScoringRows(
            rowCount: columns.rowCount,
            form: .raw(numbers: columns.numbers, codes: columns.codes)
        )
        var predictions = Predictions(answerer.model, of: rows, keepsMargins: kept != nil)
        do throws(ServiceError) {
            try kept?.keep(rows, &predictions, by: answerer.model, named: answerer.name)
        } catch {
            answerer.model.metrics.refused(calls: 1)
            return .refusal(ErrorResponse(error))
        }
        answerer.model.metrics.answered(calls: 1, queued: .zero, elapsed: .now - start)
        return .json(200, bytes: PredictAnswer.bytes(predictions))
            .waiting(for: predictions.ticket).served(by: answerer)
    }

    private func reference(of document: borrowing RecordDocument) -> ModelReference? {
        let bytes = document.memberBytes
        if let known = references[bytes] { return known }
        let reference = PredictInput.reference(of: document.members)
        if let reference, bytes.count <= Self.memberBytesMax {
            references.keep(reference, of: bytes)
        }
        return reference
    }

    private func layout(of model: ServedModel) -> RecordLayout? {
        if let known = layouts[model.generation] { return known }
        let layout = RecordLayout(model.features)
        layouts.keep(layout, of: model.generation)
        return layout
    }

    private static func input(_ body: JSONValue) throws(ErrorResponse) -> PredictInput {
        do {
            return try PredictInput(body)
        } catch {
            throw ErrorResponse(error)
        }
    }

    private static func answer(
        _ input: PredictInput,
        _ answerer: AnsweringModel,
        _ kept: KeptCall?
    ) throws(ErrorResponse) -> HTTPAnswer {
        let start = ContinuousClock.now
        let model = answerer.model
        do throws(ServiceError) {
            if input.wantsDecisions { try Self.checkDecidable(model) }
            let rows = try input.rows(for: model)
            let sample = LocationStep.name(RequestField.sample.rawValue)
            try model.checkCategories(of: rows.applications, at: [sample])
            model.metrics.passedOver(unknownColumns: rows.unknownCount)
            let batch = ScoringRows(rows.applications)
            var predictions = Predictions(
                model,
                of: batch,
                decides: input.wantsDecisions,
                keepsMargins: kept != nil
            )
            try kept?.keep(batch, &predictions, by: model, named: answerer.name)
            model.metrics.answered(calls: 1, queued: .zero, elapsed: .now - start)
            let warnings = input.wantsWarnings ? rows.warnings(model) : nil
            return .json(200, bytes: PredictAnswer.bytes(predictions, warnings: warnings))
                .waiting(for: predictions.ticket).served(by: answerer)
        } catch {
            model.metrics.refused(calls: 1)
            throw ErrorResponse(error)
        }
    }

    static func checkDecidable(_ model: ServedModel) throws(ServiceError) {
        do throws(ServedModel.Undecidable) {
            try model.checkDecidable()
        } catch {
            throw .invalid(field: .decisions, "\(error)", kind: .unusable)
        }
    }

    /// Scores the records of a JSON text: a list of records, or a body of `/predict`.
    /// - Parameters:
    ///   - decides: whether the policy of the model decides them; `checkDecidable` has accepted
    ///     that.
    ///   - reasons: what is asked of the reasons, where the text itself does not ask.
    ///   - changes: whether changes are looked for; `checkChangeable` has accepted that.
    package static func answer(
        json bytes: [UInt8],
        model: ServedModel,
        decides: Bool = false,
        reasons: ReasonRequest? = nil,
        changes: Bool = false
    ) throws -> [UInt8] {
        let body = try JSONParser.parse(bytes, allowsNaN: true)
        let sample = body.object?[RequestField.sample.rawValue] ?? body
        let applications = try SampleDecoder(features: model.features).decode(sample)
        let predictions = Predictions(
            model,
            of: ScoringRows(applications),
            decides: decides
        )
        let request = try Self.reasons(body) ?? reasons
        let explanations = try request.map {
            try Explanations(applications, predictions, model, $0)
        }
        let answer = PredictAnswer.bytes(predictions, explanations: explanations)
        guard changes else { return answer }
        try LoanService.checkChangeableRows(applications.rowCount)
        let found = LoanService.changes(of: applications, by: model)
        return adding(found, of: model, to: answer)
    }

    /// What a body of `/predict` asks of the reasons.
    private static func reasons(_ body: JSONValue) throws(ServiceError) -> ReasonRequest? {
        guard body.object != nil else { return nil }
        var reader = try FieldReader(body)
        let request = reader.reasonRequest()
        try reader.finish()
        return request
    }
}
