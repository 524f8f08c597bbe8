// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
package import Protobuf

extension PredictRequest {
    /// Decodes the message by protobuf-c: the obvious decoder, which the hand walk of
    /// `PredictMessage` must equal.
    package init(
        decoding bytes: RawSpan,
        in arena: inout MessageArena,
        limits: RPCLimits
    ) throws(RPCStatus) {
        let decoded: Decoded
        do throws(MessageError) {
            try ProtobufFields.check(bytes, fieldsMax: limits.predictFieldsMax)
            decoded = try arena.unpack(
                bytes,
                with: unsafe loan_default__v1__predict_request__unpack
            ) { (message: LoanDefault__V1__PredictRequest) throws(MessageError) in
                unsafe Decoded(message)
            }
        } catch {
            throw error.status
        }
        try self.init(decoded, limits: limits)
    }

    private init(_ decoded: Decoded, limits: RPCLimits) throws(RPCStatus) {
        let isPrepared = !decoded.prepared.isEmpty || decoded.features > 0
        let refused = RPCStatus(.invalidArgument, "the batch does not fit its own description")
        guard ModelNameRule.accepts(decoded.model),
            decoded.rows >= 1, decoded.rows <= limits.rowsMax,
            PredictOutputs(rawValue: decoded.outputs).isSubset(of: .all)
        else { throw refused }
        let rowCount = Int(decoded.rows)
        var rows: Rows
        if isPrepared {
            guard decoded.features >= 1, decoded.features <= limits.preparedFeaturesMax,
                decoded.prepared.count == rowCount * Int(decoded.features) * 4,
                decoded.columns.allSatisfy(\.isEmpty)
            else { throw refused }
            var matrix = PreparedMatrix(rowCount: rowCount, featureCount: Int(decoded.features))
            matrix.values = Self.floats(decoded.prepared)
            rows = .prepared(matrix)
        } else {
            var columns = ApplicationColumns(rowCount: rowCount)
            for column in ApplicationColumn.allCases {
                let bytes = decoded.columns[column.rawValue]
                guard bytes.count == rowCount * column.width else { throw refused }
                let range = columns.range(of: column)
                if column.isCategory {
                    columns.codes.replaceSubrange(range, with: bytes)
                } else {
                    columns.numbers.replaceSubrange(range, with: Self.floats(bytes))
                }
            }
            rows = .applications(columns)
        }
        self.init(
            model: String(decoding: decoded.model, as: UTF8.self),
            rows: rows,
            outputs: PredictOutputs(rawValue: decoded.outputs),
            schemaID: decoded.schemaID
        )
    }

    private static func floats(_ bytes: [UInt8]) -> [Float] {
        stride(from: 0, to: bytes.count, by: 4).map { start in
            let bits = (0..<4).reduce(UInt32(0)) { bits, index in
                bits | UInt32(bytes[start + index]) << UInt32(8 * index)
            }
            return Float(bitPattern: bits)
        }
    }
}

/// The fields as protobuf-c gives them.
private struct Decoded {
    let model: [UInt8]
    let schemaID: UInt64
    let rows: UInt32
    let outputs: UInt32
    let features: UInt32
    let prepared: [UInt8]
    /// By `ApplicationColumn.rawValue`.
    let columns: [[UInt8]]

    init(_ message: LoanDefault__V1__PredictRequest) {
        unsafe model = message.model.copied
        unsafe schemaID = message.schema_id
        unsafe rows = message.rows
        unsafe outputs = message.outputs
        unsafe features = message.features
        unsafe prepared = message.prepared.copied
        columns = unsafe [
            message.person_age, message.person_income, message.person_home_ownership,
            message.person_emp_length, message.loan_intent, message.loan_grade,
            message.loan_amnt, message.loan_int_rate, message.loan_percent_income,
            message.cb_person_default_on_file, message.cb_person_cred_hist_length,
        ].map { unsafe $0.copied }
    }
}
