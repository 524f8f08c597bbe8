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
            try Decoded.checkColumns(in: bytes, limits)
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
        guard ModelNameRule.accepts(decoded.model),
            decoded.rows >= 1, decoded.rows <= limits.rowsMax,
            PredictOutputs(rawValue: decoded.outputs).isSubset(of: .all),
            Self.mayExplain(decoded, limits)
        else { throw Self.refused }
        let rows: Rows
        if !decoded.prepared.isEmpty || decoded.features > 0 {
            rows = .prepared(try Self.prepared(decoded, limits))
        } else if !decoded.table.isEmpty {
            rows = .table(try Self.table(decoded, limits))
        } else {
            rows = .applications(try Self.applications(decoded))
        }
        self.init(
            model: String(decoding: decoded.model, as: UTF8.self),
            rows: rows,
            outputs: PredictOutputs(rawValue: decoded.outputs),
            baseline: String(decoding: decoded.baseline, as: UTF8.self),
            schemaID: decoded.schemaID
        )
    }

    /// Whether what it asks of contributions fits their limits.
    private static func mayExplain(_ decoded: Decoded, _ limits: RPCLimits) -> Bool {
        guard PredictOutputs(rawValue: decoded.outputs).explains else {
            return decoded.baseline.isEmpty
        }
        return decoded.rows <= PredictOutputs.explainedRowsMax
            && decoded.baseline.count <= limits.baselineBytesMax
    }

    private static let refused = RPCStatus(
        .invalidArgument,
        "the batch does not fit its own description"
    )

    private static func prepared(
        _ decoded: Decoded,
        _ limits: RPCLimits
    ) throws(RPCStatus) -> PreparedMatrix {
        let rowCount = Int(decoded.rows)
        guard decoded.features >= 1, decoded.features <= limits.preparedFeaturesMax,
            decoded.prepared.count == rowCount * Int(decoded.features) * 4,
            decoded.columns.allSatisfy(\.isEmpty), decoded.table.isEmpty
        else { throw refused }
        var matrix = PreparedMatrix(rowCount: rowCount, featureCount: Int(decoded.features))
        matrix.values = floats(decoded.prepared)
        return matrix
    }

    private static func table(
        _ decoded: Decoded,
        _ limits: RPCLimits
    ) throws(RPCStatus) -> TableColumns {
        let rowCount = Int(decoded.rows)
        let texts = decoded.table.flatMap(\.dictionary)
        guard decoded.table.count <= limits.columnsMax, decoded.columns.allSatisfy(\.isEmpty),
            texts.reduce(0, { $0 + $1.count }) <= limits.dictionaryBytesMax
        else { throw refused }
        var columns = TableColumns(rowCount: rowCount)
        for column in decoded.table {
            let forms = column.values.filter { !$0.bytes.isEmpty }
            guard (1...RPCLimits.columnNameBytesMax).contains(column.name.count),
                forms.count == 1, let form = forms.first,
                form.bytes.count == rowCount * form.form.width,
                column.dictionary.count <= limits.dictionaryTextsMax,
                column.dictionary.isEmpty || form.form.isCodes
            else { throw refused }
            columns.columns.append(
                TableColumns.Column(
                    String(decoding: column.name, as: UTF8.self),
                    form.decoded,
                    dictionary: column.dictionary.map { String(decoding: $0, as: UTF8.self) }
                )
            )
        }
        return columns
    }

    private static func applications(
        _ decoded: Decoded
    ) throws(RPCStatus) -> ApplicationColumns {
        let rowCount = Int(decoded.rows)
        var columns = ApplicationColumns(rowCount: rowCount)
        for column in ApplicationColumn.allCases {
            let bytes = decoded.columns[column.rawValue]
            guard bytes.count == rowCount * column.width else { throw refused }
            let range = columns.range(of: column)
            if column.isCategory {
                columns.codes.replaceSubrange(range, with: bytes)
            } else {
                columns.numbers.replaceSubrange(range, with: floats(bytes))
            }
        }
        return columns
    }

    private static func floats(_ bytes: [UInt8]) -> [Float] {
        bytes.littleEndian(UInt32.self).map { Float(bitPattern: $0) }
    }
}

extension [UInt8] {
    /// The integers that are written in these bytes.
    fileprivate func littleEndian<Value: FixedWidthInteger>(_ type: Value.Type) -> [Value] {
        let width = Value.bitWidth / 8
        return stride(from: 0, to: count, by: width).map { start in
            (0..<width).reduce(Value(0)) { $0 | Value(self[start + $1]) << Value(8 * $1) }
        }
    }
}

/// A column as protobuf-c gives it.
private struct DecodedColumn {
    /// One of the fields for values.
    struct Values {
        let form: NamedColumn.Form
        let bytes: [UInt8]

        var decoded: TableColumns.Values {
            switch form {
            case .float32:
                .float32(bytes.littleEndian(UInt32.self).map { Float(bitPattern: $0) })
            case .float64:
                .float64(bytes.littleEndian(UInt64.self).map { Double(bitPattern: $0) })
            case .codes8: .codes8(bytes)
            case .codes16: .codes16(bytes.littleEndian(UInt16.self))
            case .codes32: .codes32(bytes.littleEndian(UInt32.self))
            }
        }
    }

    let name: [UInt8]
    let values: [Values]
    let dictionary: [[UInt8]]

    init(_ column: LoanDefault__V1__Column) {
        unsafe name = column.name.copied
        values = unsafe [
            Values(form: .float32, bytes: column.float32.copied),
            Values(form: .float64, bytes: column.float64.copied),
            Values(form: .codes8, bytes: column.codes8.copied),
            Values(form: .codes16, bytes: column.codes16.copied),
            Values(form: .codes32, bytes: column.codes32.copied),
        ]
        dictionary = unsafe repeated(column.n_dictionary, column.dictionary) { unsafe $0.copied }
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
    let table: [DecodedColumn]
    let baseline: [UInt8]

    init(_ message: LoanDefault__V1__PredictRequest) {
        unsafe model = message.model.copied
        unsafe schemaID = message.schema_id
        unsafe rows = message.rows
        unsafe outputs = message.outputs
        unsafe features = message.features
        unsafe prepared = message.prepared.copied
        unsafe baseline = message.baseline.copied
        columns = unsafe [
            message.person_age, message.person_income, message.person_home_ownership,
            message.person_emp_length, message.loan_intent, message.loan_grade,
            message.loan_amnt, message.loan_int_rate, message.loan_percent_income,
            message.cb_person_default_on_file, message.cb_person_cred_hist_length,
        ].map { unsafe $0.copied }
        table = unsafe repeatedPointees(message.n_columns, message.columns) { column in
            unsafe DecodedColumn(column.pointee)
        }
    }

    /// Walks the columns as strictly as the message: protobuf-c takes more.
    static func checkColumns(in bytes: RawSpan, _ limits: RPCLimits) throws(MessageError) {
        var fields = ProtobufFields(fieldsMax: limits.predictFieldsMax)
        while let field = try fields.next(in: bytes) {
            guard field.number == PredictMessage.namedColumnField else { continue }
            guard field.wireType == .bytes else {
                throw .malformed("a field of columns has another wire type")
            }
            try ProtobufFields.check(
                bytes.extracting(field.contents.range),
                fieldsMax: limits.dictionaryTextsMax + 64
            )
        }
    }
}
