// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

/// What few frames have, read when it is asked for.
extension DecisionFrame {
    /// The texts of unknown categories, where the transport had them.
    package func unknownTexts() throws(RecordReadError) -> [UnknownText] {
        var texts: [UnknownText] = []
        do throws(MessageError) {
            for place in places.unknown {
                let text = try UnknownText(try RecordMessage(payload[place]))
                guard text.row < head.rowCount else {
                    throw .malformed("a text is of a row that the frame has not")
                }
                texts.append(text)
            }
        } catch {
            throw .message("\(error)")
        }
        return texts
    }

    /// Why the rows have their scores; nil where this was not answered.
    package func reasons() throws(RecordReadError) -> RecordedReasons? {
        guard let place = places.reasons else { return nil }
        do throws(MessageError) {
            let reasons = try RecordedReasons(try RecordMessage(payload[place]))
            let sum = reasons.counts.reduce(UInt64(0)) { $0 + UInt64($1) }
            let isWhole =
                reasons.counts.count == head.rowCount
                && sum == UInt64(reasons.features.count)
                && reasons.contributions.count == reasons.features.count
                && (reasons.classes.isEmpty || reasons.classes.count == head.rowCount)
                && reasons.all.count.isMultiple(of: head.rowCount)
            guard isWhole else { throw .malformed("the reasons are not those of the rows") }
            return reasons
        } catch {
            throw .message("\(error)")
        }
    }
}
