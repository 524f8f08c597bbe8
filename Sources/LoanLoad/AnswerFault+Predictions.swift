// SPDX-License-Identifier: Apache-2.0

extension AnswerFault {
    /// The first fault of the body of an answer of KServe v1, `{"predictions":[0.98,[0.1,0.9]]}`;
    /// nil where there is none.
    /// - Parameter areProbabilities: whether all numbers lie from 0 to 1.
    package init?(ofPredictions body: [UInt8], rowCount: Int, areProbabilities: Bool) {
        var reader = AnswerReader(body)
        do {
            let fault = try reader.predictionsFault(
                rowCount: rowCount,
                areProbabilities: areProbabilities
            )
            guard let fault else { return nil }
            self = fault
        } catch {
            self = .unreadable
        }
    }
}

extension AnswerReader {
    fileprivate mutating func predictionsFault(
        rowCount: Int,
        areProbabilities: Bool
    ) throws(Unreadable) -> AnswerFault? {
        try begin("\"predictions\"")
        var count = 0
        if next() == UInt8(ascii: "]") { return rowCount == 0 ? nil : .rowCount }
        var isRight = true
        repeat {
            let values = try prediction()
            isRight = isRight && values.allSatisfy { (0...1).contains($0) }
            count += 1
        } while try continues()
        guard count == rowCount else { return .rowCount }
        return isRight || !areProbabilities ? nil : .probability
    }

    /// `0.98`, or `[0.1,0.9]`.
    private mutating func prediction() throws(Unreadable) -> [Double] {
        guard next() == UInt8(ascii: "[") else { return [try number()] }
        try expect("[")
        var values: [Double] = []
        repeat { values.append(try number()) } while try continues()
        return values
    }
}
