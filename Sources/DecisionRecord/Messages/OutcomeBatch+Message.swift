// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

extension OutcomeBatch {
    var message: [UInt8] {
        var writer = ProtobufWriter()
        writer.text(1, model)
        writer.unsigned(2, UInt64(bitPattern: timeMilliseconds))
        for outcome in outcomes { writer.message(3) { outcome.write(to: &$0) } }
        return writer.bytes
    }

    init(_ message: RecordMessage) throws(MessageError) {
        var outcomes: [RecordedOutcome] = []
        for outcome in try message.messages(3) { outcomes.append(try RecordedOutcome(outcome)) }
        self.init(
            model: try message.text(1),
            timeMilliseconds: try message.signed(2),
            outcomes: outcomes
        )
    }
}

extension RecordedOutcome {
    fileprivate func write(to writer: inout ProtobufWriter) {
        writer.column(1, id[...])
        writer.number(2, row)
        writer.flag(3, isPositive)
        writer.unsigned(4, UInt64(bitPattern: timeMilliseconds ?? 0))
        for group in groups {
            writer.message(5) {
                $0.text(1, group.column)
                $0.text(2, group.value)
            }
        }
    }

    fileprivate init(_ message: RecordMessage) throws(MessageError) {
        var groups: [Group] = []
        for group in try message.messages(5) {
            groups.append(Group(column: try group.text(1), value: try group.text(2)))
        }
        let time = try message.signed(4)
        self.init(
            id: Array(try message.bytes(1)),
            row: try message.count(2),
            isPositive: try message.flag(3),
            timeMilliseconds: time == 0 ? nil : time,
            groups: groups
        )
    }
}
