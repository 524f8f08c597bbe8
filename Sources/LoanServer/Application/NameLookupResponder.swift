// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import LoanService

/// Stands before the routes of servers that share their names: a call for a model that is not
/// served here is answered again once the name has been looked for. Calls for models that are here
/// pass as they are.
struct NameLookupResponder: HTTPResponder {
    let service: LoanService
    let next: any HTTPResponder

    func refusal(of head: HTTPCall) -> HTTPAnswer? { next.refusal(of: head) }

    func respond(to call: HTTPCall) -> HTTPReply {
        switch next.respond(to: call) {
        case .now(let answer):
            guard Self.mayBeElsewhere(answer, call), let name = Self.name(call) else {
                return .now(answer)
            }
            return .later { await again(call, name, instead: answer) }
        case .later(let work):
            return .later {
                let answer = await work()
                guard Self.mayBeElsewhere(answer, call), let name = Self.name(call) else {
                    return answer
                }
                return await again(call, name, instead: answer)
            }
        }
    }

    /// Whether an answer says that there is no such model, or not at the moment. A change that did
    /// not succeed at the moment may have been carried out in part: it is not begun again.
    private static func mayBeElsewhere(_ answer: HTTPAnswer, _ call: HTTPCall) -> Bool {
        guard let rules = call.match?.rules else { return false }
        return answer.status == 404 || (answer.status == 503 && !rules.changes)
    }

    /// The model that a call names.
    private static func name(_ call: HTTPCall) -> String? {
        guard let match = call.match, match.rules != nil else { return nil }
        if let name = match.parameters["model"] { return name }
        guard match.path == SageMakerRoutes.path else { return nil }
        return call.headers[SageMakerRoutes.modelHeader.lowercased()]
    }

    private func again(
        _ call: HTTPCall,
        _ name: String,
        instead answer: HTTPAnswer
    ) async -> HTTPAnswer {
        do throws(ServiceError) {
            guard try await service.find(name) else { return answer }
        } catch {
            return call.match?.refusals.answer(error) ?? answer
        }
        return await next.respond(to: call).answer()
    }
}
