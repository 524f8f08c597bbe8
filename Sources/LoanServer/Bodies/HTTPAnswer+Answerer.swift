// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import LoanService

extension HTTPAnswer {
    /// The field that says which model has answered, where a canary was asked.
    static let servedField = "x-model-served"

    /// The same answer, which says who has answered.
    /// - Parameter answerer: nil leaves the answer as it is.
    func served(by answerer: AnsweringModel?) -> HTTPAnswer {
        guard let label = answerer?.label else { return self }
        var answer = self
        answer.headers.append((Self.servedField, label))
        return answer
    }
}
