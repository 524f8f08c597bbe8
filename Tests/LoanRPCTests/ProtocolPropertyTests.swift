// SPDX-License-Identifier: Apache-2.0

import LoanRPC
import NIOCore
import NIOEmbedded
import Protobuf
import Synchronization
import TestSupport
import Testing

@Suite struct ProtocolPropertyTests {
    /// What a server decides about a stream of bytes that arrives in pieces.
    private func events(_ bytes: [UInt8], cuts: [Int]) -> [String] {
        var events: [String] = []
        decide(bytes, cuts: cuts) { action, _ in
            if case .none = action {} else { events.append("\(action)") }
        }
        return events
    }

    private static let stream: [UInt8] =
        Wire.greeting() + Wire.request(.predict, stream: 1, Wire.oneRow)
        + Wire.request(.predictStream, stream: 3, endsStream: false, Wire.oneRow)
        + Wire.frame(130, [1, 2, 3]) + Wire.frame(3, stream: 3, Wire.oneRow)
        + Wire.frame(5, stream: 3, [0, 0, 1, 0]) + Wire.frame(6, stream: 3)
        + Wire.frame(3, stream: 3, Wire.oneRow) + Wire.request(.ping, stream: 9)
        + Wire.frame(7, [1, 2, 3, 4, 5, 6, 7, 8]) + Wire.request(.ping, stream: 4)

    @Test func everySplitGivesTheSameEvents() {
        let whole = events(Self.stream, cuts: [])
        #expect(whole.count == 10)
        for cut in 1..<Self.stream.count {
            #expect(events(Self.stream, cuts: [cut]) == whole)
        }
        #expect(events(Self.stream, cuts: Array(1..<Self.stream.count)) == whole)
        var random = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            let cuts = (0..<6).map { _ in Int.random(in: 0...Self.stream.count, using: &random) }
            #expect(events(Self.stream, cuts: cuts.sorted()) == whole)
        }
    }

    @Test(arguments: 0..<20)
    func mutatedStreamsNeverCrashTheMachine(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<500 {
            var bytes = Self.stream
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
                }
            }
            let cut = Int.random(in: 0...bytes.count, using: &random)
            #expect(events(bytes, cuts: [cut]) == events(bytes, cuts: []))
        }
    }

    // MARK: The predict message

    /// The walk's view of a message as the request that protobuf-c decodes.
    private func walked(_ bytes: [UInt8], _ limits: RPCLimits) throws(RPCStatus) -> PredictRequest {
        let span = unsafe bytes.span.bytes
        let message: PredictMessage
        do throws(MessageError) {
            message = try PredictMessage(walking: span, fieldsMax: limits.predictFieldsMax)
        } catch {
            throw error.status
        }
        try message.validate(in: span, limits: limits)
        func floats(_ range: ByteRange) -> [Float] {
            stride(from: range.range.lowerBound, to: range.range.upperBound, by: 4).map { start in
                Float(
                    bitPattern: (0..<4).reduce(0) {
                        $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1)
                    }
                )
            }
        }
        let rowCount = Int(message.rows)
        var rows: PredictRequest.Rows
        if message.isPrepared {
            var matrix = PreparedMatrix(rowCount: rowCount, featureCount: Int(message.features))
            matrix.values = floats(message.prepared)
            rows = .prepared(matrix)
        } else if message.namedColumnCount > 0 {
            var batch = PredictBatch()
            batch.begin(message, rows: 0..<rowCount, in: ByteBuffer(bytes: bytes))
            let columns = batch.columns.first.map { table($0, rowCount) }
            rows = .table(columns ?? TableColumns(rowCount: 0))
        } else {
            var columns = ApplicationColumns(rowCount: rowCount)
            for column in ApplicationColumn.allCases {
                let place = message.columns[column.rawValue]
                if column.isCategory {
                    columns.codes.replaceSubrange(
                        columns.range(of: column),
                        with: bytes[place.range]
                    )
                } else {
                    columns.numbers.replaceSubrange(columns.range(of: column), with: floats(place))
                }
            }
            rows = .applications(columns)
        }
        return PredictRequest(
            model: String(decoding: bytes[message.model.range], as: UTF8.self),
            rows: rows,
            outputs: PredictOutputs(rawValue: message.outputs),
            schemaID: message.schemaID
        )
    }

    /// The columns as they are read for a model, in their own forms again.
    private func table(_ batch: ColumnBatch, _ rowCount: Int) -> TableColumns {
        var table = TableColumns(rowCount: rowCount)
        for index in 0..<batch.count {
            let codes = batch.codes(index) ?? []
            let values: TableColumns.Values =
                switch batch.form(index) {
                case .float32: .float32(batch.numbers(index) ?? [])
                case .float64: .float64((batch.numbers(index) ?? []).map { Double($0) })
                case .codes8: .codes8(codes.map { UInt8(truncatingIfNeeded: $0) })
                case .codes16: .codes16(codes.map { UInt16(truncatingIfNeeded: $0) })
                case .codes32: .codes32(codes)
                }
            table.columns.append(
                TableColumns.Column(
                    batch.name(index),
                    values,
                    dictionary: batch.texts(index).map { String(decoding: $0, as: UTF8.self) }
                )
            )
        }
        return table
    }

    /// A request with the doubles that a server makes of them.
    private func rounded(_ request: PredictRequest) -> PredictRequest {
        guard case .table(var table) = request.rows else { return request }
        for index in table.columns.indices {
            guard case .float64(let values) = table.columns[index].values else { continue }
            table.columns[index].values = .float64(values.map { Double(Float($0)) })
        }
        var request = request
        request.rows = .table(table)
        return request
    }

    /// NaN equals itself here: columns are compared by their encoding.
    private func outcome(_ decode: () throws(RPCStatus) -> PredictRequest) -> [UInt8]? {
        do throws(RPCStatus) { return try decode().encoded() } catch { return nil }
    }

    @Test(arguments: 0..<20)
    func theWalkEqualsProtobufC(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 100)
        let limits = RPCLimits()
        var arena = MessageArena(.columns)
        var accepted = 0
        for round in 0..<300 {
            var bytes = randomMessage(&random)
            // The first ones are whole; the others are damaged in up to three places.
            for _ in 0..<(round < 50 ? 0 : Int.random(in: 0...3, using: &random)) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1 where bytes.count > 1: bytes.remove(at: index)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
                }
            }
            let byHand = outcome { () throws(RPCStatus) in try walked(bytes, limits) }
            let byLibrary = outcome { () throws(RPCStatus) in
                rounded(
                    try PredictRequest(
                        decoding: unsafe bytes.span.bytes,
                        in: &arena,
                        limits: limits
                    )
                )
            }
            #expect(byHand == byLibrary)
            #expect(arena.bytesUsed <= 24 * bytes.count + MessageBudget.base)
            if byHand != nil { accepted += 1 }
        }
        #expect(accepted >= 50)
    }

    private func randomMessage(_ random: inout SeededGenerator) -> [UInt8] {
        let rowCount = Int.random(in: 1...5, using: &random)
        let rows: PredictRequest.Rows
        let form = Int.random(in: 0..<3, using: &random)
        if form == 0 {
            rows = .table(tableColumns(rowCount, &random))
        } else if form == 1 {
            var matrix = PreparedMatrix(
                rowCount: rowCount,
                featureCount: Int.random(in: 1...30, using: &random)
            )
            for index in matrix.values.indices { matrix.values[index] = Float(index) }
            rows = .prepared(matrix)
        } else {
            rows = .applications(applications(rowCount, &random))
        }
        let request = PredictRequest(
            model: "model.joblib",
            rows: rows,
            outputs: PredictOutputs(rawValue: UInt32.random(in: 0...3, using: &random)),
            schemaID: Bool.random(using: &random) ? 0 : 7
        )
        return request.encoded()
    }

    // MARK: Gathering

    /// The answers of one read, by stream, through the server's handler without a socket.
    private func answers(
        _ bytes: [UInt8],
        gathers: Bool,
        model: FakeModel = FakeModel()
    ) throws -> [UInt32: [UInt8]] {
        var configuration = RPCServerConfiguration()
        configuration.gathersRequests = gathers
        let handler = RPCServer.makeTestHandler(configuration, model: model)
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.writeInbound(ByteBuffer(bytes: bytes))
        var output: [UInt8] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
            output += Array(buffer.readableBytesView)
        }
        _ = try channel.finish(acceptAlreadyClosed: true)
        var answers: [UInt32: [UInt8]] = [:]
        while let (frame, count) = WireFrame.first(in: output) {
            if frame.header.type == .end || frame.header.type == .data {
                answers[frame.header.stream, default: []] += output.prefix(count)
            }
            output.removeFirst(count)
        }
        return answers
    }

    @Test(arguments: 0..<30)
    func gatheringChangesNoAnswer(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 7)
        var bytes = Wire.greeting()
        let callCount = 60
        for index in 0..<callCount {
            let stream = UInt32(2 * index + 1)
            let rowCount = Int.random(in: 1...4, using: &random)
            var columns = applications(rowCount, &random)
            // Some rows are refused by the model, some models do not exist.
            if Int.random(in: 0..<9, using: &random) == 0 { columns.codes[0] = 254 }
            let request = PredictRequest(
                model: ["a", "a", "a", "b", "absent"].randomElement(using: &random) ?? "a",
                rows: Int.random(in: 0..<3, using: &random) == 0
                    ? .table(tableColumns(rowCount, &random)) : .applications(columns),
                outputs: Int.random(in: 0..<4, using: &random) == 0 ? .margins : []
            )
            let isStream = Int.random(in: 0..<5, using: &random) == 0
            bytes += Wire.request(
                isStream ? .predictStream : .predict,
                stream: stream,
                request.encoded()
            )
            if Int.random(in: 0..<6, using: &random) == 0 {
                let victim = UInt32(2 * Int.random(in: 0...index, using: &random) + 1)
                bytes += Wire.frame(6, stream: victim)
            }
        }
        let gathered = try answers(bytes, gathers: true)
        #expect(gathered.count == callCount)
        #expect(try gathered == answers(bytes, gathers: false))
    }

    @Test(arguments: [(true, [8]), (false, [1, 1, 1, 1, 1, 1, 1, 1])])
    func callsWithColumnsByNameAreOneBatch(gathers: Bool, sizes: [Int]) throws {
        var random = SeededGenerator(seed: 3)
        var bytes = Wire.greeting()
        for index in 0..<8 {
            let table = tableColumns(1 + index % 3, &random)
            let request = PredictRequest(model: "a", rows: .table(table))
            bytes += Wire.request(.predict, stream: UInt32(2 * index + 1), request.encoded())
        }
        let found = Mutex<[Int]>([])
        let model = FakeModel(onBatch: { batch, _ in
            let count = batch.columns.count
            found.withLock { $0.append(count) }
        })
        #expect(try answers(bytes, gathers: gathers, model: model).count == 8)
        #expect(found.withLock { $0 } == sizes)
    }
}
