// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import NIOCore
internal import Protobuf

extension FuzzTarget {
    /// The message of Predict. The walk over its bytes and protobuf-c must agree on what is a
    /// batch and what is in it; and protobuf-c must survive every allocation that fails.
    static let predictMessage = FuzzTarget(
        name: "predict-message",
        seeds: {
            [
                [255, 255] + PredictSeed.oneRow, [0, 90] + PredictSeed.matrix,
                [255, 255] + PredictSeed.table, [255, 255] + PredictSeed.explained,
            ]
        },
        run: { bytes in
            var input = FuzzInput(bytes)
            let budget = input.number(upTo: 1 << 16)
            let message = Array(input.rest)
            let limits = RPCLimits()
            var starved = MessageArena(bytesMax: budget % 1_024)
            _ = accepted { () throws(RPCStatus) in
                try PredictRequest(
                    decoding: unsafe message.span.bytes,
                    in: &starved,
                    limits: limits
                )
            }
            var arena = MessageArena(.columns)
            let decoded = accepted { () throws(RPCStatus) in
                try PredictRequest(decoding: unsafe message.span.bytes, in: &arena, limits: limits)
            }
            let walked = walked(message, limits)
            switch (decoded, walked) {
            case (nil, nil): return nil
            case (let decoded?, let walked?):
                return decoded.rowCount == Int(walked.rows) && decoded.schemaID == walked.schemaID
                    && decoded.outputs.rawValue == walked.outputs
                    && decoded.model.utf8.elementsEqual(message[walked.model.range])
                    && decoded.baseline
                        == String(decoding: message[walked.baseline.range], as: UTF8.self)
                    ? nil : "the walk and protobuf-c read different batches"
            default: return "only \(decoded == nil ? "the walk" : "protobuf-c") accepts it"
            }
        }
    )

    private static func walked(_ bytes: [UInt8], _ limits: RPCLimits) -> PredictMessage? {
        let span = unsafe bytes.span.bytes
        let message = accepted { () throws(MessageError) in
            try PredictMessage(walking: span, fieldsMax: limits.predictFieldsMax)
        }
        guard let message else { return nil }
        let isValid: Void? = accepted { () throws(RPCStatus) in
            try message.validate(in: span, limits: limits)
        }
        guard isValid != nil else { return nil }
        // What has been validated can be read to its last cell.
        var batch = PredictBatch()
        batch.begin(
            message,
            rows: 0..<Int(message.rows),
            in: ByteBuffer(bytes: bytes)
        )
        if let columns = batch.columns.first {
            for index in 0..<columns.count {
                let read = columns.numbers(index)?.count ?? columns.codes(index)?.count
                guard read == Int(message.rows) else { return nil }
                _ = columns.texts(index)
            }
        }
        return message
    }
}

/// Batches of one row.
enum PredictSeed {
    static let oneRow = PredictRequest(
        model: "m",
        rows: .applications(ApplicationColumns(rowCount: 1)),
        schemaID: 7
    ).encoded()
    static let matrix = PredictRequest(
        model: "model.joblib",
        rows: .prepared(PreparedMatrix(rowCount: 2, featureCount: 3)),
        outputs: .all
    ).encoded()
    static let explained = PredictRequest(
        model: "german",
        rows: .table(TableColumns(rowCount: 1, columns: [.init("job", .codes32([1]))])),
        outputs: .contributions,
        baseline: #"{"job": "unskilled - resident"}"#
    ).encoded()
    static let table = PredictRequest(
        model: "german",
        rows: .table(
            TableColumns(
                rowCount: 2,
                columns: [
                    .init("credit_amount", .float32([1_169, .nan])),
                    .init("duration_in_month", .float64([6, 48])),
                    .init("purpose", .codes8([0, 255]), dictionary: ["radio/television", ""]),
                    .init("housing", .codes16([2, .max - 1])),
                    .init("job", .codes32([1, .max])),
                ]
            )
        )
    ).encoded()
}
