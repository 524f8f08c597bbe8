// SPDX-License-Identifier: Apache-2.0

/// The columns of decisions that are being appended, in the memory of the caller.
///
/// It is made in `DecisionRecorder.append`, whose spans it points to, and used in that call only.
struct DecisionColumns {
    let head: DecisionHead
    var id = RawColumn.none
    var numbers = RawColumn.none
    var codes = RawColumn.none
    var prepared = RawColumn.none
    var margins = RawColumn.none
    var values = RawColumn.none
    var calibrated = RawColumn.none
    var points = RawColumn.none
    var bands = RawColumn.none
    var outcomes = RawColumn.none
    var rules = RawColumn.none
    var unknown: [UnknownText] = []
    var reasons: RecordedReasons?

    /// Bytes of one row, about: what a batch is divided by.
    var rowByteCount: Int {
        let bytes =
            numbers.byteCount + codes.byteCount + prepared.byteCount + margins.byteCount
            + values.byteCount + calibrated.byteCount + points.byteCount + bands.byteCount
            + outcomes.byteCount + rules.byteCount + (reasons?.byteCount ?? 0)
        return max(1, bytes / max(1, head.rowCount))
    }

    /// The frame of some of the rows.
    func frame(_ rows: Range<Int>) -> DecisionFrameEncoding {
        DecisionFrameEncoding(self, rows)
    }
}

extension RecordedReasons {
    fileprivate var byteCount: Int {
        4 * counts.count + 12 * features.count + 4 * classes.count + 8 * all.count
    }
}
