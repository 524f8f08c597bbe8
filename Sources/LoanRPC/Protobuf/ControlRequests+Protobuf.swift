// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
package import Protobuf

extension ServerInfoMessage: ControlMessage {
    package init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError) {
        self = try arena.unpack(bytes, with: unsafe loan_default__v1__server_info_request__unpack) {
            (message: LoanDefault__V1__ServerInfoRequest) throws(MessageError) in
            var decoded = ServerInfoMessage()
            decoded.modelName = unsafe message.model.text
            return decoded
        }
    }

    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__server_info_request__init,
            unsafe loan_default__v1__server_info_request__get_packed_size,
            unsafe loan_default__v1__server_info_request__pack
        ) { message, arena in
            unsafe message.model = arena.field(modelName)
        }
    }
}

extension PrepareDataMessage: ControlMessage {
    package init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError) {
        self = try arena.unpack(bytes, with: unsafe loan_default__v1__prepare_data_request__unpack)
        {
            (message: LoanDefault__V1__PrepareDataRequest) throws(MessageError) in
            var decoded = PrepareDataMessage()
            decoded.source = try unsafe LocationMessage(message.source)
            decoded.target = try unsafe LocationMessage(message.target)
            decoded.size = unsafe message.size == 0 ? nil : message.size
            if unsafe message.randomness_case.rawValue != 0 { decoded.seed = unsafe message.seed }
            decoded.writesCSV =
                unsafe message.format == LOAN_DEFAULT__V1__MATRIX_FORMAT__MATRIX_FORMAT_CSV
            decoded.label = unsafe message.label.text
            decoded.schema = unsafe message.schema.copied
            decoded.split = try unsafe SplitMessage(message.split)
            decoded.time = unsafe message.time.text
            decoded.group = unsafe message.group.text
            decoded.protectedColumns = unsafe repeated(
                message.n_protected_columns,
                message.protected_columns
            ) { unsafe $0.text }
            return decoded
        }
    }

    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__prepare_data_request__init,
            unsafe loan_default__v1__prepare_data_request__get_packed_size,
            unsafe loan_default__v1__prepare_data_request__pack
        ) { message, arena in
            unsafe message.source = source.message(in: &arena)
            unsafe message.target = target.message(in: &arena)
            unsafe message.size = size ?? 0
            if let seed {
                unsafe message.randomness_case =
                    LOAN_DEFAULT__V1__PREPARE_DATA_REQUEST__RANDOMNESS_SEED
                unsafe message.seed = seed
            }
            if writesCSV {
                unsafe message.format = LOAN_DEFAULT__V1__MATRIX_FORMAT__MATRIX_FORMAT_CSV
            }
            unsafe message.label = arena.field(Array(label.utf8))
            unsafe message.schema = arena.field(schema)
            if let split { unsafe message.split = split.message(in: &arena) }
            unsafe message.time = arena.field(time)
            unsafe message.group = arena.field(group)
            unsafe message.n_protected_columns = protectedColumns.count
            unsafe message.protected_columns = arena.fields(protectedColumns)
        }
    }
}

extension TrainMessage: ControlMessage {
    package init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError) {
        self = try arena.unpack(bytes, with: unsafe loan_default__v1__train_request__unpack) {
            (message: LoanDefault__V1__TrainRequest) throws(MessageError) in
            var decoded = TrainMessage()
            decoded.data = try unsafe LocationMessage(message.data)
            decoded.model = try unsafe LocationMessage(message.model)
            decoded.modelName = unsafe message.model_name.text
            decoded.rounds = unsafe message.rounds == 0 ? nil : message.rounds
            decoded.depthMax = unsafe message.depth_max == 0 ? nil : message.depth_max
            decoded.learningRate = unsafe message.learning_rate == 0 ? nil : message.learning_rate
            decoded.minChildWeight =
                unsafe message.min_child_weight == 0 ? nil : message.min_child_weight
            decoded.policy = unsafe message.policy.copied
            decoded.fitting = unsafe message.fitting.copied
            decoded.calibration = try unsafe CalibrationMethod(message: message.calibration)
            decoded.card = unsafe message.card.copied
            decoded.elderlyCheck = unsafe message.elderly_check.text
            return decoded
        }
    }

    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__train_request__init,
            unsafe loan_default__v1__train_request__get_packed_size,
            unsafe loan_default__v1__train_request__pack
        ) { message, arena in
            unsafe message.data = data.message(in: &arena)
            unsafe message.model = model.message(in: &arena)
            unsafe message.model_name = arena.field(modelName)
            unsafe message.rounds = rounds ?? 0
            unsafe message.depth_max = depthMax ?? 0
            unsafe message.learning_rate = learningRate ?? 0
            unsafe message.min_child_weight = minChildWeight ?? 0
            unsafe message.policy = arena.field(policy)
            unsafe message.fitting = arena.field(fitting)
            unsafe message.calibration = calibration.message
            unsafe message.card = arena.field(card)
            unsafe message.elderly_check = arena.field(elderlyCheck)
        }
    }
}

extension LoadModelMessage: ControlMessage {
    package init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError) {
        self = try arena.unpack(bytes, with: unsafe loan_default__v1__load_model_request__unpack) {
            (message: LoanDefault__V1__LoadModelRequest) throws(MessageError) in
            var decoded = LoadModelMessage()
            decoded.modelName = unsafe message.model_name.text
            decoded.model = try unsafe LocationMessage(message.model)
            decoded.preprocessor = try unsafe LocationMessage(message.preprocessor)
            decoded.iterations = unsafe message.iterations.text
            return decoded
        }
    }

    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__load_model_request__init,
            unsafe loan_default__v1__load_model_request__get_packed_size,
            unsafe loan_default__v1__load_model_request__pack
        ) { message, arena in
            unsafe message.model_name = arena.field(modelName)
            unsafe message.model = model.message(in: &arena)
            unsafe message.preprocessor = preprocessor.message(in: &arena)
            unsafe message.iterations = arena.field(iterations)
        }
    }
}

extension ModelStatusMessage: ControlMessage {
    package init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError) {
        self = try arena.unpack(bytes, with: unsafe loan_default__v1__model_status_request__unpack)
        {
            (message: LoanDefault__V1__ModelStatusRequest) throws(MessageError) in
            var decoded = ModelStatusMessage()
            decoded.modelName = unsafe message.model_name.text
            return decoded
        }
    }

    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__model_status_request__init,
            unsafe loan_default__v1__model_status_request__get_packed_size,
            unsafe loan_default__v1__model_status_request__pack
        ) { message, arena in
            unsafe message.model_name = arena.field(modelName)
        }
    }
}

extension LocationMessage {
    /// The longest bucket name, and the longest path or key, in bytes.
    private static let bucketBytesMax = 63
    private static let pathBytesMax = 1024

    fileprivate init(
        _ message: UnsafeMutablePointer<LoanDefault__V1__Location>?
    ) throws(MessageError) {
        guard let location = unsafe message?.pointee else {
            self = .absent
            return
        }
        guard let backend = unsafe Backend(rawValue: location.backend.rawValue) else {
            throw .malformed("the backend of a location is unknown")
        }
        let bucket = unsafe location.bucket.copied
        let path = unsafe location.path.copied
        guard bucket.count <= Self.bucketBytesMax, path.count <= Self.pathBytesMax else {
            throw .malformed("a location is too long")
        }
        guard let bucket = String(validating: bucket, as: UTF8.self),
            let path = String(validating: path, as: UTF8.self)
        else { throw .malformed("a location is not UTF-8") }
        self.init(backend, bucket: bucket, path: path)
    }

    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__Location> {
        let message: UnsafeMutablePointer<LoanDefault__V1__Location> = unsafe arena.room(1)
        unsafe loan_default__v1__location__init(message)
        unsafe message.pointee.backend = LoanDefault__V1__Backend(rawValue: backend.rawValue)
        unsafe message.pointee.bucket = arena.field(bucket)
        unsafe message.pointee.path = arena.field(path)
        return unsafe message
    }
}
