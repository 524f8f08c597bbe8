// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
package import Protobuf

extension ServerDescription: ControlMessage {
    package init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError) {
        self = try arena.unpack(bytes, with: unsafe loan_default__v1__server_info_response__unpack)
        {
            (message: LoanDefault__V1__ServerInfoResponse) throws(MessageError) in
            var decoded = ServerDescription()
            decoded.agent = unsafe message.agent.text
            decoded.rowsMax = unsafe message.rows_max
            decoded.frameBytesMax = unsafe message.frame_bytes_max
            decoded.streamsMax = unsafe message.streams_max
            decoded.models = unsafe repeated(message.n_models, message.models) { model in
                unsafe model.map { unsafe Model($0.pointee) }
            }.compactMap(\.self)
            return decoded
        }
    }

    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__server_info_response__init,
            unsafe loan_default__v1__server_info_response__get_packed_size,
            unsafe loan_default__v1__server_info_response__pack
        ) { message, arena in
            unsafe message.agent = arena.field(agent)
            unsafe message.rows_max = rowsMax
            unsafe message.frame_bytes_max = frameBytesMax
            unsafe message.streams_max = streamsMax
            unsafe message.n_models = models.count
            let list:
                UnsafeMutablePointer<UnsafeMutablePointer<LoanDefault__V1__ModelDescription>?> =
                    unsafe arena.room(models.count)
            for index in models.indices { unsafe list[index] = models[index].message(in: &arena) }
            unsafe message.models = list
        }
    }
}

extension ServerDescription.Model {
    fileprivate init(_ model: LoanDefault__V1__ModelDescription) {
        self.init()
        name = unsafe model.name.text
        generation = unsafe model.generation
        schemaID = unsafe model.schema_id
        features = unsafe repeated(model.n_features, model.features) { feature in
            unsafe feature.map { unsafe ServerDescription.Feature($0.pointee) }
        }.compactMap(\.self)
        preparedFeatures = unsafe repeated(
            model.n_prepared_features,
            model.prepared_features
        ) { unsafe $0.text }
        kernelTier = unsafe model.kernel_tier.text
        prediction = unsafe ServerDescription.Prediction(model.prediction)
        valuesPerRow = unsafe Int(model.values_per_row)
        calibration = unsafe model.calibration.text
        calibrationFactor = unsafe model.calibration_factor
    }

    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__ModelDescription> {
        let message: UnsafeMutablePointer<LoanDefault__V1__ModelDescription> =
            unsafe arena.room(1)
        unsafe loan_default__v1__model_description__init(message)
        unsafe message.pointee.name = arena.field(name)
        unsafe message.pointee.generation = generation
        unsafe message.pointee.schema_id = schemaID
        unsafe message.pointee.n_features = features.count
        let list: UnsafeMutablePointer<UnsafeMutablePointer<LoanDefault__V1__Feature>?> =
            unsafe arena.room(features.count)
        for index in features.indices { unsafe list[index] = features[index].message(in: &arena) }
        unsafe message.pointee.features = list
        unsafe message.pointee.n_prepared_features = preparedFeatures.count
        unsafe message.pointee.prepared_features = arena.fields(preparedFeatures)
        unsafe message.pointee.kernel_tier = arena.field(kernelTier)
        unsafe message.pointee.prediction = prediction.message
        unsafe message.pointee.values_per_row = UInt32(clamping: valuesPerRow)
        unsafe message.pointee.calibration = arena.field(calibration)
        unsafe message.pointee.calibration_factor = calibrationFactor
        return unsafe message
    }
}

extension ServerDescription.Feature {
    fileprivate init(_ feature: LoanDefault__V1__Feature) {
        unsafe self.init(
            name: feature.name.text,
            kind: Kind(feature.kind),
            categories: repeated(feature.n_categories, feature.categories) { unsafe $0.text },
            field: feature.field
        )
    }

    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__Feature> {
        let message: UnsafeMutablePointer<LoanDefault__V1__Feature> = unsafe arena.room(1)
        unsafe loan_default__v1__feature__init(message)
        unsafe message.pointee.name = arena.field(name)
        unsafe message.pointee.field = field
        unsafe message.pointee.kind = kind.message
        unsafe message.pointee.n_categories = categories.count
        unsafe message.pointee.categories = arena.fields(categories)
        return unsafe message
    }
}

extension ServerDescription.Feature.Kind {
    /// A kind that a newer server may have counts as a number.
    fileprivate init(_ kind: LoanDefault__V1__FeatureKind) {
        self =
            switch kind {
            case LOAN_DEFAULT__V1__FEATURE_KIND__FEATURE_KIND_CATEGORY: .category
            case LOAN_DEFAULT__V1__FEATURE_KIND__FEATURE_KIND_BOOLEAN: .boolean
            case LOAN_DEFAULT__V1__FEATURE_KIND__FEATURE_KIND_DATE: .date
            default: .number
            }
    }

    fileprivate var message: LoanDefault__V1__FeatureKind {
        switch self {
        case .number: LOAN_DEFAULT__V1__FEATURE_KIND__FEATURE_KIND_NUMBER
        case .category: LOAN_DEFAULT__V1__FEATURE_KIND__FEATURE_KIND_CATEGORY
        case .boolean: LOAN_DEFAULT__V1__FEATURE_KIND__FEATURE_KIND_BOOLEAN
        case .date: LOAN_DEFAULT__V1__FEATURE_KIND__FEATURE_KIND_DATE
        }
    }
}

extension ServerDescription.Prediction {
    /// One that a newer server may have counts as values.
    fileprivate init(_ prediction: LoanDefault__V1__Prediction) {
        self =
            switch prediction {
            case LOAN_DEFAULT__V1__PREDICTION__PREDICTION_PROBABILITY: .probability
            case LOAN_DEFAULT__V1__PREDICTION__PREDICTION_CLASS_PROBABILITIES: .classProbabilities
            case LOAN_DEFAULT__V1__PREDICTION__PREDICTION_CLASS_INDEX: .classIndex
            default: .value
            }
    }

    fileprivate var message: LoanDefault__V1__Prediction {
        switch self {
        case .probability: LOAN_DEFAULT__V1__PREDICTION__PREDICTION_PROBABILITY
        case .classProbabilities: LOAN_DEFAULT__V1__PREDICTION__PREDICTION_CLASS_PROBABILITIES
        case .classIndex: LOAN_DEFAULT__V1__PREDICTION__PREDICTION_CLASS_INDEX
        case .value: LOAN_DEFAULT__V1__PREDICTION__PREDICTION_VALUE
        }
    }
}
