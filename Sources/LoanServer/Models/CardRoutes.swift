// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import LoanService

/// `GET /models/{model}/card`: what is known of a model that has a name, for those who must judge
/// it.
struct CardRoutes {
    let service: LoanService

    /// What a card can be answered as.
    private enum Form: String, CaseIterable {
        case json = "application/json"
        case markdown = "text/markdown"
    }

    func register(in router: inout HTTPRouter) {
        router.on(.get, "/models/{model}/card", .shows(to: .predict, .error), later: show)
    }

    /// The card of the version in service, or of the one that the query asks for.
    private func show(_ call: HTTPCall) async -> HTTPAnswer {
        do throws(ProtocolError) {
            let form = try Self.form(call)
            let card = try await card(call[parameter: "model"], version: call[query: "version"])
            switch form {
            case .json: return .json(200, bytes: card.text)
            case .markdown:
                return HTTPAnswer(
                    200,
                    contentType: "\(Form.markdown.rawValue); charset=utf-8",
                    body: .bytes(Array(card.markdown.utf8))
                )
            }
        } catch {
            return error.answer
        }
    }

    private func card(
        _ name: String,
        version: String?
    ) async throws(ProtocolError) -> ModelCard {
        do throws(ServiceError) {
            return try await service.card(ofServed: name, version: version)
        } catch {
            throw .service(error)
        }
    }

    /// The form that the caller prefers; JSON where both are welcome.
    private static func form(_ call: HTTPCall) throws(ProtocolError) -> Form {
        let values = call.headers.values(of: "accept")
        let accept = AcceptField(values)
        let best = Form.allCases.reduce((form: Form.json, quality: 0.0)) { best, form in
            let quality = accept.quality(of: form.rawValue)
            return quality > best.quality ? (form, quality) : best
        }
        guard best.quality > 0 else {
            throw .notAcceptable(
                asked: values.joined(separator: ", "),
                offered: Form.allCases.map(\.rawValue)
            )
        }
        return best.form
    }
}
