// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanModel
internal import LoanService
internal import NIOPosix

/// A call whose rows are watched before they are answered: there is none where nothing watches.
struct KeptCall: Sendable {
    private let hook: AnswerHook
    private let id: CallID
    private let mark: CallMark
    private let transport: CallTransport
    /// The body, and the member with its rows, where that is JSON.
    private let json: (body: [UInt8], rows: String)?

    /// Nil where nothing watches answers.
    /// - Parameter rows: the member of the body, in JSON, that has the rows; nil for another body.
    init?(
        _ service: LoanService,
        _ call: HTTPCall,
        _ transport: CallTransport,
        rows: String? = nil
    ) {
        guard let hook = service.answers else { return nil }
        self.hook = hook
        id = call.id
        mark = call.mark
        self.transport = transport
        // Only the record has the texts.
        json = hook.record == nil ? nil : rows.map { (call.body, $0) }
    }

    /// Hands over rows that are about to be answered; what their answer waits for is noted with the
    /// predictions.
    /// - Parameters:
    ///   - predictions: with their margins.
    ///   - explanations: of the rows; nil where nobody has asked.
    ///   - name: that of the model.
    /// - Throws: `.unavailable` where the answer must not be given.
    func keep(
        _ rows: ScoringRows,
        _ predictions: inout Predictions,
        _ explanations: Explanations? = nil,
        by model: ServedModel,
        named name: String
    ) throws(ServiceError) {
        var extras = AnswerExtras()
        extras.decisions = predictions.decisions
        extras.calibrated = predictions.calibrated
        extras.explanations = explanations?.rows
        extras.baseline = explanations?.baseline
        extras.unknownTexts = unknownTexts(rows, model)
        let origin = CallOrigin(
            id: id,
            transport: transport,
            model: name,
            firstRow: mark.firstRow(countingOn: rows.rowCount)
        )
        predictions.ticket = try answered(
            origin,
            rows,
            margins: predictions.margins ?? [],
            values: predictions.values,
            extras.isEmpty ? nil : extras,
            model
        )
    }

    /// Looks for texts where a category is unknown, which is rare: the body is read again.
    private func unknownTexts(_ rows: ScoringRows, _ model: ServedModel) -> [UnknownCategory] {
        guard let json else { return [] }
        let places = UnknownTexts.places(in: rows, of: model)
        guard !places.isEmpty,
            let body = try? JSONParser.parse(json.body, allowsNaN: true).object,
            // Its rows would be others.
            body[RequestField.csvPayload.rawValue] == nil
        else { return [] }
        return UnknownTexts.texts(at: places, in: body[json.rows], of: model)
    }

    private func answered(
        _ origin: CallOrigin,
        _ rows: ScoringRows,
        margins: [Float],
        values: [Float],
        _ extras: AnswerExtras?,
        _ model: ServedModel
    ) throws(ServiceError) -> UInt64? {
        let mayWait = MultiThreadedEventLoopGroup.currentEventLoop == nil
        switch rows.form {
        case .raw(let numbers, let codes):
            return try hook.answered(
                origin,
                by: model,
                rows: 0..<rows.rowCount,
                of: rows.rowCount,
                numbers: numbers.span,
                codes: codes.span,
                margins: margins.span,
                values: values.span,
                extras: extras,
                mayWait: mayWait
            )
        case .prepared(let matrix):
            return try hook.answered(
                origin,
                by: model,
                rows: 0..<rows.rowCount,
                of: rows.rowCount,
                prepared: matrix.span,
                margins: margins.span,
                values: values.span,
                extras: extras,
                mayWait: mayWait
            )
        }
    }
}

extension HTTPCall {
    /// The id of the call: its caller's, or the server's.
    var id: CallID { CallID(given: mark.callerID, number: mark.number) }
}
