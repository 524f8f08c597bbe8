// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
internal import LoanModel

/// Rows of one context, gathered from the frames of a segment to be scored together.
struct ReplayBatch {
    /// What is recorded of an answer apart from margins and predictions.
    struct Answers: OptionSet, Hashable {
        let rawValue: UInt8

        static let calibrated = Answers(rawValue: 1)
        static let points = Answers(rawValue: 2)
        static let bands = Answers(rawValue: 4)
        static let outcomes = Answers(rawValue: 8)
        static let rules = Answers(rawValue: 16)
        /// What a policy makes.
        static let policy: Answers = [.points, .bands, .outcomes, .rules]

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(_ frame: DecisionFrame) {
            self = []
            if !frame.calibrated.isEmpty { insert(.calibrated) }
            if !frame.points.isEmpty { insert(.points) }
            if !frame.bands.isEmpty { insert(.bands) }
            if !frame.outcomes.isEmpty { insert(.outcomes) }
            if !frame.rules.isEmpty { insert(.rules) }
        }
    }

    /// Rows from which on a batch is scored.
    static let rowsMax = 8_192

    let context: RecordedContext
    let answers: Answers
    let model: RecordedModel
    private(set) var rowCount = 0
    /// Row after row: the numbers, or the columns of the prepared matrix.
    private var numbers: [Float] = []
    private var codes: [UInt8] = []
    private(set) var margins: [Float] = []
    private(set) var values: [Float] = []
    private(set) var calibrated: [Double] = []
    private(set) var points: [Int32] = []
    private(set) var bands: [UInt8] = []
    private(set) var outcomes: [UInt8] = []
    private(set) var rules: [UInt64] = []
    /// Where each row is from.
    private var frames: [Frame] = []
    private var ids: [UInt8] = []
    /// The place of each row in its request.
    private var requestRows: [Int32] = []

    /// A frame whose rows are here.
    private struct Frame {
        let sequence: UInt64
        /// The end of its rows, and of its id.
        let rowEnd: Int
        let idEnd: Int
    }

    init(_ context: RecordedContext, _ answers: Answers, _ model: RecordedModel) {
        self.context = context
        self.answers = answers
        self.model = model
    }

    /// Takes the rows of a frame that are meant.
    /// - Precondition: the frame is of this context, has these answers, and fits it.
    mutating func append(_ decisions: RecordedDecisions) {
        let frame = decisions.frame
        let firstRow = Int32(clamping: frame.head.firstRow)
        if let rows = decisions.rows {
            for row in rows { append(row..<row + 1, of: frame) }
            for row in rows { requestRows.append(firstRow &+ Int32(clamping: row)) }
            rowCount += rows.count
        } else {
            append(0..<frame.head.rowCount, of: frame)
            for row in 0..<Int32(frame.head.rowCount) { requestRows.append(firstRow &+ row) }
            rowCount += frame.head.rowCount
        }
        ids.append(contentsOf: frame.id)
        frames.append(
            Frame(sequence: decisions.place.sequence, rowEnd: rowCount, idEnd: ids.count)
        )
    }

    private mutating func append(_ rows: Range<Int>, of frame: DecisionFrame) {
        let all = frame.head.rowCount
        if context.content.isPrepared {
            frame.prepared.appendRows(rows, of: all, to: &numbers)
        } else {
            frame.numbers.appendRows(rows, of: all, to: &numbers)
            append(codes: frame.codes, rows, of: all)
        }
        frame.margins.append(Self.part(rows, context.content.marginCount), to: &margins)
        frame.values.append(Self.part(rows, context.content.valueCount), to: &values)
        if answers.isEmpty { return }
        if answers.contains(.calibrated) { frame.calibrated.append(rows, to: &calibrated) }
        if answers.contains(.points) { frame.points.append(rows, to: &points) }
        if answers.contains(.rules) { frame.rules.append(rows, to: &rules) }
        if answers.contains(.bands) { bands += Self.part(of: frame.bands, rows) }
        if answers.contains(.outcomes) { outcomes += Self.part(of: frame.outcomes, rows) }
    }

    private mutating func append(codes bytes: ArraySlice<UInt8>, _ rows: Range<Int>, of all: Int) {
        let first = bytes.startIndex
        for row in rows {
            for column in 0..<context.codeCount { codes.append(bytes[first + column * all + row]) }
        }
    }

    private static func part(_ rows: Range<Int>, _ perRow: Int) -> Range<Int> {
        rows.lowerBound * perRow..<rows.upperBound * perRow
    }

    private static func part(of bytes: ArraySlice<UInt8>, _ rows: Range<Int>) -> ArraySlice<UInt8> {
        bytes[bytes.startIndex + rows.lowerBound..<bytes.startIndex + rows.upperBound]
    }

    /// The inputs in the matrices that scoring takes.
    var inputs: ScoringRows {
        let floats = Self.columns(numbers, rowCount, context.numberCount, missing: 0)
        guard !context.content.isPrepared else {
            return ScoringRows(rowCount: rowCount, form: .prepared(floats))
        }
        let bytes = Self.columns(codes, rowCount, context.codeCount, missing: 0)
        return ScoringRows(rowCount: rowCount, form: .raw(numbers: floats, codes: bytes))
    }

    /// A matrix column after column.
    private static func columns<Value>(
        _ rows: [Value],
        _ rowCount: Int,
        _ columnCount: Int,
        missing: Value
    ) -> [Value] {
        var columns = [Value](repeating: missing, count: rows.count)
        for column in 0..<columnCount {
            let first = column * rowCount
            for row in 0..<rowCount { columns[first + row] = rows[row * columnCount + column] }
        }
        return columns
    }

    /// Where a row is from: the sequence of its frame, its id, and its place in the request.
    func origin(ofRow row: Int) -> (sequence: UInt64, id: String, requestRow: Int) {
        var (low, high) = (0, frames.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if frames[middle].rowEnd > row { high = middle } else { low = middle + 1 }
        }
        let idStart = low == 0 ? 0 : frames[low - 1].idEnd
        let id = String(decoding: ids[idStart..<frames[low].idEnd], as: UTF8.self)
        return (frames[low].sequence, id, Int(requestRows[row]))
    }
}
