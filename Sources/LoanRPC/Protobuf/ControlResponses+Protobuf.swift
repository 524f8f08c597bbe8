// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
package import Protobuf

extension PrepareDataResult: ControlMessage {
    package init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError) {
        self = try arena.unpack(bytes, with: unsafe loan_default__v1__prepare_data_response__unpack)
        {
            (message: LoanDefault__V1__PrepareDataResponse) throws(MessageError) in
            var decoded = PrepareDataResult()
            decoded.trainRows = unsafe message.train_rows
            decoded.testRows = unsafe message.test_rows
            decoded.features = unsafe message.features
            decoded.seed = unsafe message.seed
            decoded.warnings = unsafe Warnings.texts(message.n_warnings, message.warnings)
            decoded.parts = unsafe repeatedPointees(message.n_parts, message.parts) {
                unsafe DataPartMessage($0)
            }
            return decoded
        }
    }

    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__prepare_data_response__init,
            unsafe loan_default__v1__prepare_data_response__get_packed_size,
            unsafe loan_default__v1__prepare_data_response__pack
        ) { message, arena in
            unsafe message.train_rows = trainRows
            unsafe message.test_rows = testRows
            unsafe message.features = features
            unsafe message.seed = seed
            unsafe (message.n_warnings, message.warnings) = Warnings.fields(warnings, &arena)
            unsafe message.n_parts = parts.count
            let fields: UnsafeMutablePointer<UnsafeMutablePointer<LoanDefault__V1__DataPart>?> =
                unsafe arena.room(parts.count)
            for index in parts.indices { unsafe fields[index] = parts[index].message(in: &arena) }
            unsafe message.parts = fields
        }
    }
}

extension TrainResult: ControlMessage {
    package init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError) {
        self = try arena.unpack(bytes, with: unsafe loan_default__v1__train_response__unpack) {
            (message: LoanDefault__V1__TrainResponse) throws(MessageError) in
            var decoded = TrainResult()
            decoded.auc = unsafe message.auc
            decoded.accuracy = unsafe message.accuracy
            decoded.precision = unsafe message.precision
            decoded.recall = unsafe message.recall
            decoded.f1 = unsafe message.f1
            decoded.rmse = unsafe message.rmse
            decoded.mae = unsafe message.mae
            decoded.r2 = unsafe message.r2
            decoded.rounds = unsafe message.rounds
            decoded.generation = unsafe message.generation
            decoded.warnings = unsafe Warnings.texts(message.n_warnings, message.warnings)
            decoded.policyDigest = unsafe message.policy_digest.text
            decoded.keepsPolicy = unsafe message.policy_kept != 0
            decoded.fitting = unsafe message.fitting.copied
            if let calibration = unsafe message.calibration {
                decoded.calibration = try unsafe CalibrationResult(calibration.pointee)
            }
            decoded.figures = unsafe message.figures.copied
            return decoded
        }
    }

    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__train_response__init,
            unsafe loan_default__v1__train_response__get_packed_size,
            unsafe loan_default__v1__train_response__pack
        ) { message, arena in
            unsafe message.auc = auc
            unsafe message.accuracy = accuracy
            unsafe message.precision = precision
            unsafe message.recall = recall
            unsafe message.f1 = f1
            unsafe message.rmse = rmse
            unsafe message.mae = mae
            unsafe message.r2 = r2
            unsafe message.rounds = rounds
            unsafe message.generation = generation
            unsafe (message.n_warnings, message.warnings) = Warnings.fields(warnings, &arena)
            unsafe message.policy_digest = arena.field(policyDigest)
            unsafe message.policy_kept = keepsPolicy ? 1 : 0
            unsafe message.fitting = arena.field(fitting)
            unsafe message.calibration = calibration.map { unsafe $0.message(in: &arena) }
            unsafe message.figures = arena.field(figures)
        }
    }
}

extension ProgressMessage: ControlMessage {
    package init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError) {
        self = try arena.unpack(bytes, with: unsafe loan_default__v1__progress__unpack) {
            (message: LoanDefault__V1__Progress) throws(MessageError) in
            var decoded = ProgressMessage()
            decoded.stage = unsafe message.stage.text
            decoded.done = unsafe message.done
            decoded.total = unsafe message.total
            if unsafe message.measure_case.rawValue != 0 { decoded.loss = unsafe message.loss }
            return decoded
        }
    }

    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__progress__init,
            unsafe loan_default__v1__progress__get_packed_size,
            unsafe loan_default__v1__progress__pack
        ) { message, arena in
            unsafe message.stage = arena.field(WireText.bytes(stage, limit: 64))
            unsafe message.done = done
            unsafe message.total = total
            if let loss {
                unsafe message.measure_case = LOAN_DEFAULT__V1__PROGRESS__MEASURE_LOSS
                unsafe message.loss = loss
            }
        }
    }
}

extension ModelStatusResult: ControlMessage {
    package init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError) {
        self = try arena.unpack(bytes, with: unsafe loan_default__v1__model_status_response__unpack)
        {
            (message: LoanDefault__V1__ModelStatusResponse) throws(MessageError) in
            var decoded = ModelStatusResult()
            decoded.modelName = unsafe message.model_name.text
            decoded.state = unsafe State(rawValue: message.state.rawValue) ?? .unspecified
            decoded.generation = unsafe message.generation
            decoded.schemaID = unsafe message.schema_id
            decoded.trees = unsafe message.trees
            decoded.features = unsafe message.features
            decoded.loadedAtMilliseconds = unsafe message.loaded_at_ms
            decoded.iterations = unsafe message.iterations.text
            decoded.policyDigest = unsafe message.policy_digest.text
            return decoded
        }
    }

    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__model_status_response__init,
            unsafe loan_default__v1__model_status_response__get_packed_size,
            unsafe loan_default__v1__model_status_response__pack
        ) { message, arena in
            unsafe message.model_name = arena.field(modelName)
            unsafe message.state = LoanDefault__V1__ModelState(rawValue: state.rawValue)
            unsafe message.generation = generation
            unsafe message.schema_id = schemaID
            unsafe message.trees = trees
            unsafe message.features = features
            unsafe message.loaded_at_ms = loadedAtMilliseconds
            unsafe message.iterations = arena.field(iterations)
            unsafe message.policy_digest = arena.field(policyDigest)
        }
    }
}

/// The repeated field of warnings, as several responses have it.
enum Warnings {
    /// Longer ones are cut, and further ones left out: an answer fits its frame.
    private static let countMax = 64
    private static let bytesMax = 1_024

    static func texts(
        _ count: Int,
        _ fields: UnsafeMutablePointer<ProtobufCBinaryData>?
    ) -> [String] {
        repeated(count, fields) { unsafe $0.text }
    }

    static func fields(
        _ warnings: [String],
        _ arena: inout MessageArena
    ) -> (Int, UnsafeMutablePointer<ProtobufCBinaryData>?) {
        let texts = warnings.prefix(countMax).map { WireText.bytes($0, limit: bytesMax) }
        let fields: UnsafeMutablePointer<ProtobufCBinaryData> = unsafe arena.room(texts.count)
        for index in texts.indices { unsafe fields[index] = arena.field(texts[index]) }
        return unsafe (texts.count, fields)
    }
}
