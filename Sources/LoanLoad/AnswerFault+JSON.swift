// SPDX-License-Identifier: Apache-2.0

extension AnswerFault {
    /// The first fault of the body of an answer of `/predict` that has a probability a row,
    /// `"Prediction Output":[["True",0.98719215]]`; nil where there is none.
    package init?(ofJSON body: [UInt8], rowCount: Int) {
        var reader = AnswerReader(body)
        do {
            guard let fault = try reader.outputFault(rowCount: rowCount) else { return nil }
            self = fault
        } catch {
            self = .unreadable
        }
    }
}

extension AnswerReader {
    fileprivate mutating func outputFault(rowCount: Int) throws(Unreadable) -> AnswerFault? {
        try begin("\"Prediction Output\"")
        var count = 0
        if next() == UInt8(ascii: "]") { return rowCount == 0 ? nil : .rowCount }
        var first: AnswerFault?
        repeat {
            let fault = try row()
            first = first ?? fault
            count += 1
        } while try continues()
        return count == rowCount ? first : .rowCount
    }

    /// `["True",0.98719215]`
    private mutating func row() throws(Unreadable) -> AnswerFault? {
        try expect("[")
        try expect("\"")
        let isDefault = next() == UInt8(ascii: "T")
        try expect(isDefault ? "True\"" : "False\"")
        try expect(",")
        let number = try number()
        try expect("]")
        return AnswerFault(number, isDefault: isDefault)
    }
}
