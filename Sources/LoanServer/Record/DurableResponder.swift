// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import LoanService

/// Stands before the routes of a server that answers once its record is on the disk: an answer that
/// has to wait does so without its event loop.
struct DurableResponder: HTTPResponder {
    let record: ServiceRecord
    let next: any HTTPResponder

    func refusal(of head: HTTPCall) -> HTTPAnswer? { next.refusal(of: head) }

    func respond(to call: HTTPCall) -> HTTPReply {
        switch next.respond(to: call) {
        case .now(let answer):
            guard let ticket = answer.ticket else { return .now(answer) }
            return .later { await settled(answer, ticket, call) }
        case .later(let work):
            return .later {
                let answer = await work()
                guard let ticket = answer.ticket else { return answer }
                return await settled(answer, ticket, call)
            }
        }
    }

    private func settled(_ answer: HTTPAnswer, _ ticket: UInt64, _ call: HTTPCall) async
        -> HTTPAnswer
    {
        do throws(ServiceError) {
            try await record.settled(ticket)
        } catch {
            return (call.match?.refusals ?? .detail).answer(error)
        }
        var answer = answer
        answer.ticket = nil
        return answer
    }
}
