// SPDX-License-Identifier: Apache-2.0

package import Machine
package import NIOCore
internal import Protobuf

/// The rows of one call, or of several calls to the same model, column by column.
///
/// Columns are borrowed: they are valid inside the closures, and the batch inside
/// `PredictHandler.predict`.
package struct PredictBatch: Sendable {
    /// The name of the model: 1 to 128 of `[A-Za-z0-9._-]`, no leading dot.
    package internal(set) var model = ""
    /// The schema the caller has in mind; 0 asks for no check.
    package internal(set) var schemaID: UInt64 = 0
    /// Rows of all calls.
    package internal(set) var rowCount = 0
    /// The first of these rows among all rows of its call: not 0 in slices after the first.
    package internal(set) var firstRow = 0
    /// What is wanted in addition to probabilities.
    package internal(set) var outputs: PredictOutputs = []
    /// The record that contributions start from, in JSON; empty for the mean over the training.
    package private(set) var baseline: [UInt8] = []
    /// Columns of the prepared matrix, or nil for raw columns.
    package internal(set) var preparedFeatureCount: Int?
    /// The columns that each call carries by their names, call after call; none for the other
    /// forms.
    package private(set) var columns: [ColumnBatch] = []
    /// Calls whose rows these are.
    package internal(set) var callCount = 1
    /// The same calls, one after the other as their rows are.
    package private(set) var calls: [Call] = []
    /// Time from the arrival of the first call to the beginning of the scoring.
    package internal(set) var waited = Duration.zero
    /// When the first of the calls came.
    package internal(set) var arrivedAt = MonotonicTime.distantFuture

    private var numbers: [Float] = []
    private var codes: [UInt8] = []
    private var prepared: [Float] = []
    private var direct: ByteBuffer?
    private var modelBytes: [UInt8] = []

    /// The rows of one call in a batch.
    package struct Call: Sendable, Equatable {
        /// Which call it is, and the first of its rows that is here.
        package let identity: CallIdentity
        /// Its rows that are here.
        package let rowCount: Int

        /// The caller's id as it was sent; empty where there is none.
        package var id: String { identity.id }
        /// The server's own number of the call; 0 where nobody needs one.
        package var number: UInt64 { identity.number }
        /// The first of these rows among those of the call.
        package var firstRow: Int { identity.firstRow }
    }

    /// A batch of no rows.
    package init() {}

    /// The raw numbers: shape (7, rowCount), one column after the other in the order of
    /// `ApplicationColumn.numbers`; NaN is missing.
    package func withNumbers<Result, Failure: Error>(
        _ body: (Span<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(numbers.span.extracting(first: ApplicationColumn.numbers.count * rowCount))
    }

    /// The raw category codes: shape (4, rowCount), in the order of
    /// `ApplicationColumn.categories`; 254 is not listed, 255 missing.
    package func withCodes<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(codes.span.extracting(first: ApplicationColumn.categories.count * rowCount))
    }

    /// The prepared matrix: shape (preparedFeatureCount, rowCount), one column after the other.
    package func withPrepared<Result, Failure: Error>(
        _ body: (Span<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if let result = try direct?.withAlignedFloats(body) { return result }
        return try body(prepared.span.extracting(first: (preparedFeatureCount ?? 0) * rowCount))
    }

    // MARK: Gathering

    /// Starts a batch of `rowCount` rows that are like those of `message`.
    mutating func begin(_ message: PredictMessage, in bytes: RawSpan, rowCount: Int) {
        setHead(message, in: bytes, rowCount: rowCount)
        preparedFeatureCount = message.isPrepared ? Int(message.features) : nil
        if let preparedFeatureCount {
            Self.grow(&prepared, to: preparedFeatureCount * rowCount, filler: 0)
        } else {
            Self.grow(&numbers, to: ApplicationColumn.numbers.count * rowCount, filler: 0)
            Self.grow(&codes, to: ApplicationColumn.categories.count * rowCount, filler: 0)
        }
    }

    /// Starts a batch of all rows of one prepared message, without a copy where the matrix is
    /// aligned. `buffer`'s readable bytes are the message.
    mutating func begin(whole message: PredictMessage, in buffer: ByteBuffer) {
        var matrix = buffer
        matrix.moveReaderIndex(forwardBy: Int(message.prepared.start))
        matrix = matrix.readSlice(length: Int(message.prepared.count)) ?? ByteBuffer()
        let isAligned: Bool = matrix.withAlignedFloats { _ in true } ?? false
        guard message.namedColumnCount == 0 else {
            return begin(named: message, rows: 0..<Int(message.rows), in: buffer)
        }
        guard message.isPrepared, isAligned else {
            begin(message, in: buffer.readableBytesSpan, rowCount: Int(message.rows))
            add(message, in: buffer.readableBytesSpan, at: 0)
            return
        }
        setHead(message, in: buffer.readableBytesSpan, rowCount: Int(message.rows))
        preparedFeatureCount = Int(message.features)
        direct = matrix
    }

    /// Starts a batch of some rows of one message, which has been validated. `buffer`'s readable
    /// bytes are the message.
    package mutating func begin(
        _ message: PredictMessage,
        rows: Range<Int>,
        in buffer: ByteBuffer
    ) {
        guard message.namedColumnCount == 0 else {
            return begin(named: message, rows: rows, in: buffer)
        }
        let bytes = buffer.readableBytesSpan
        begin(message, in: bytes, rowCount: rows.count)
        copy(rows, of: message, in: bytes, to: 0)
        firstRow = rows.lowerBound
    }

    /// Starts a batch of some rows of one message that carries its columns by name.
    private mutating func begin(
        named message: PredictMessage,
        rows: Range<Int>,
        in buffer: ByteBuffer
    ) {
        begin(named: message, in: buffer.readableBytesSpan, rowCount: rows.count)
        add(named: message, rows: rows, in: buffer)
        firstRow = rows.lowerBound
    }

    /// Starts a batch of `rowCount` rows that have their columns by name, as `message` has.
    mutating func begin(named message: PredictMessage, in bytes: RawSpan, rowCount: Int) {
        setHead(message, in: bytes, rowCount: rowCount)
        preparedFeatureCount = nil
    }

    /// Adds some rows of such a message, which has been validated and is the readable bytes of
    /// `buffer`.
    mutating func add(named message: PredictMessage, rows: Range<Int>, in buffer: ByteBuffer) {
        columns.append(ColumnBatch(message, rows: rows, in: buffer))
    }

    /// Copies a message's rows to the rows from `row`.
    mutating func add(_ message: PredictMessage, in bytes: RawSpan, at row: Int) {
        copy(0..<Int(message.rows), of: message, in: bytes, to: row)
    }

    private mutating func copy(
        _ rows: Range<Int>,
        of message: PredictMessage,
        in bytes: RawSpan,
        to row: Int
    ) {
        let count = Int(message.rows)
        let rowCount = rowCount
        if let preparedFeatureCount {
            var target = prepared.mutableSpan
            for feature in 0..<preparedFeatureCount {
                let start = Int(message.prepared.start) + feature * count * 4
                target.copy(
                    start + rows.lowerBound * 4..<start + rows.upperBound * 4,
                    of: bytes,
                    to: feature * rowCount + row
                )
            }
            return
        }
        var target = numbers.mutableSpan
        for (index, column) in ApplicationColumn.numbers.enumerated() {
            let start = Int(message.columns[column.rawValue].start)
            target.copy(
                start + rows.lowerBound * 4..<start + rows.upperBound * 4,
                of: bytes,
                to: index * rowCount + row
            )
        }
        var codeTarget = codes.mutableSpan
        for (index, column) in ApplicationColumn.categories.enumerated() {
            let start = Int(message.columns[column.rawValue].start)
            codeTarget.copy(
                start + rows.lowerBound..<start + rows.upperBound,
                of: bytes,
                to: index * rowCount + row
            )
        }
    }

    /// Says which call the next rows belong to.
    mutating func note(_ identity: CallIdentity, rowCount: Int) {
        calls.append(Call(identity: identity, rowCount: rowCount))
    }

    /// Releases a receive buffer, and arrays that are larger than most batches need.
    mutating func end() {
        direct = nil
        columns = []
        calls.removeAll(keepingCapacity: true)
        if prepared.count > Self.valuesKept { prepared = [] }
        if numbers.count > Self.valuesKept { numbers = [] }
    }

    private static let valuesKept = 1 << 20

    /// What all forms have in common.
    private mutating func setHead(_ message: PredictMessage, in bytes: RawSpan, rowCount: Int) {
        setModel(message.model.range, in: bytes)
        schemaID = message.schemaID
        outputs = PredictOutputs(rawValue: message.outputs)
        setBaseline(message.baseline.range, in: bytes)
        self.rowCount = rowCount
        firstRow = 0
        callCount = 1
        calls.removeAll(keepingCapacity: true)
        direct = nil
        columns.removeAll(keepingCapacity: true)
    }

    private mutating func setModel(_ range: Range<Int>, in bytes: RawSpan) {
        // Most calls name the same model: its string is made once.
        if range.count == modelBytes.count,
            range.allSatisfy({ bytes.byte(at: $0) == modelBytes[$0 - range.lowerBound] })
        {
            return
        }
        modelBytes = range.map { bytes.byte(at: $0) }
        model = String(decoding: modelBytes, as: UTF8.self)
    }

    private mutating func setBaseline(_ range: Range<Int>, in bytes: RawSpan) {
        if range.isEmpty {
            if !baseline.isEmpty { baseline = [] }
        } else {
            baseline = bytes.extracting(range).copied()
        }
    }

    private static func grow<Value>(_ values: inout [Value], to count: Int, filler: Value) {
        if values.count < count { values = [Value](repeating: filler, count: count) }
    }
}
