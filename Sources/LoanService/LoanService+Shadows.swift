// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord

extension ServiceRecord {
    /// Keeps what a challenger would have answered. It is no decision: where the record has no
    /// room, nothing is refused.
    /// - Returns: whether it is on record.
    func keep(_ frame: ShadowFrame) -> Bool {
        guard let champion = frame.champion.source?.contexts?.raw,
            let challenger = frame.challenger.source?.contexts?.raw
        else { return false }
        let shadow = ShadowBatch(
            champion: champion,
            challenger: challenger,
            id: recordedID(frame.id).bytes,
            timeMilliseconds: frame.milliseconds,
            firstRow: frame.firstRow,
            rowCount: frame.values.count,
            margins: frame.margins,
            values: frame.values,
            points: frame.points,
            bands: frame.bands,
            outcomes: frame.decisions.map(\.recorded)
        )
        let ticket = try? recorder.append(shadow, mayWait: true)
        return ticket?.isRecorded ?? false
    }
}
