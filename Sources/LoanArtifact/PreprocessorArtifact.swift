// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import Digest
package import LoanModel
internal import Protobuf

/// `preprocessor.sav`: a fitted preprocessor as a container's bytes.
package enum PreprocessorArtifact {
    /// The largest file a reader accepts, in bytes: thousands of columns, or several of as many
    /// categories as there may be.
    package static let lengthMax = 32 << 20
    /// The capability that a reader needs for a schema.
    static let schemaCapability: UInt32 = 1
    /// The capability that a reader needs for rare categories that are gathered.
    static let rareCapability: UInt32 = 2

    /// SHA-256 of everything that decides what the preprocessor computes; models carry it.
    package static func fingerprint(of preprocessor: Preprocessor) -> [UInt8] {
        SHA256.hash(preprocessor.canonicalBytes)
    }

    /// The preprocessor as a container.
    package static func encode(_ preprocessor: Preprocessor, producer: String) -> [UInt8] {
        var arena = MessageArena()
        let payload = arena.pack(
            unsafe loan_default__v1__preprocessor__init,
            unsafe loan_default__v1__preprocessor__get_packed_size,
            unsafe loan_default__v1__preprocessor__pack
        ) { message, arena in
            unsafe message.producer = arena.string(producer)
            unsafe preprocessor.fill(&message, in: &arena)
            unsafe preprocessor.fillProfiles(&message, in: &arena)
        }
        return ArtifactContainer.seal(payload, kind: .preprocessor)
    }

    /// Verifies, decodes and validates a container.
    package static func decode(_ bytes: [UInt8]) throws(ArtifactError) -> Preprocessor {
        guard bytes.count <= lengthMax else { throw .tooLarge(limit: lengthMax) }
        let payload = try ArtifactContainer.open(bytes, kind: .preprocessor)
        let parts = try unsafe withUnpacked(
            payload,
            with: loan_default__v1__preprocessor__unpack
        ) { (message: LoanDefault__V1__Preprocessor) throws(ArtifactError) in
            try unsafe requireKnownCapabilities(
                message.required_capabilities,
                count: message.n_required_capabilities,
                known: [schemaCapability, rareCapability]
            )
            return try unsafe (StoredParts(message), StoredProfile.all(of: message))
        }
        do throws(PreprocessorError) {
            return try parts.0.preprocessor(parts.1)
        } catch {
            throw .invalid(field: "preprocessor", problem: "\(error)")
        }
    }
}

// The pointers below are valid as long as the arena that is passed in.

extension Preprocessor {
    fileprivate func fillProfiles(
        _ message: inout LoanDefault__V1__Preprocessor,
        in arena: inout MessageArena
    ) {
        var profiles: [UnsafeMutablePointer<LoanDefault__V1__ColumnProfile>?] = unsafe []
        for profile in steps.compactMap(\.profile) {
            unsafe profiles.append(profile.message(in: &arena))
        }
        unsafe message.profiles = arena.array(profiles)
        unsafe message.n_profiles = profiles.count
    }

    fileprivate func fill(
        _ message: inout LoanDefault__V1__Preprocessor,
        in arena: inout MessageArena
    ) {
        guard schema == .creditRisk else {
            unsafe fillSchema(&message, in: &arena)
            return
        }
        var imputed: [UnsafeMutablePointer<LoanDefault__V1__ImputedColumn>?] = unsafe []
        var power: [UnsafeMutablePointer<LoanDefault__V1__PowerColumn>?] = unsafe []
        var oneHot: [UnsafeMutablePointer<LoanDefault__V1__OneHotColumn>?] = unsafe []
        for step in steps {
            switch step.fitted {
            case .impute(let fitted): unsafe imputed.append(fitted.message(in: &arena))
            case .power(let fitted): unsafe power.append(fitted.message(in: &arena))
            case .oneHot(let fitted): unsafe oneHot.append(fitted.message(in: &arena))
            case .unchanged, .number, .date, .codes:
                preconditionFailure("the documented schema asks for none of these")
            }
        }
        unsafe message.imputed = arena.array(imputed)
        unsafe message.n_imputed = imputed.count
        unsafe message.power = arena.array(power)
        unsafe message.n_power = power.count
        unsafe message.one_hot = arena.array(oneHot)
        unsafe message.n_one_hot = oneHot.count
    }

    private func fillSchema(
        _ message: inout LoanDefault__V1__Preprocessor,
        in arena: inout MessageArena
    ) {
        var capabilities = [PreprocessorArtifact.schemaCapability]
        if schema.features.contains(where: { $0.rareBelow != nil }) {
            capabilities.append(PreprocessorArtifact.rareCapability)
        }
        unsafe message.required_capabilities = arena.array(capabilities)
        unsafe message.n_required_capabilities = capabilities.count
        unsafe message.schema = schema.message(in: &arena)
        var columns: [UnsafeMutablePointer<LoanDefault__V1__FittedColumn>?] = unsafe []
        for step in steps { unsafe columns.append(step.fitted.message(in: &arena)) }
        unsafe message.columns = arena.array(columns)
        unsafe message.n_columns = columns.count
    }
}

extension MedianImputer {
    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__ImputedColumn> {
        var message = unsafe LoanDefault__V1__ImputedColumn()
        unsafe loan_default__v1__imputed_column__init(&message)
        unsafe message.name = arena.string(feature)
        unsafe message.median = median
        unsafe message.range = range.map { unsafe $0.message(in: &arena) }
        return unsafe arena.copy(message)
    }
}

extension PowerTransform {
    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__PowerColumn> {
        var message = unsafe LoanDefault__V1__PowerColumn()
        unsafe loan_default__v1__power_column__init(&message)
        unsafe message.name = arena.string(feature)
        unsafe message.lambda = lambda
        unsafe message.mean = mean
        unsafe message.scale = scale
        unsafe message.range = range.map { unsafe $0.message(in: &arena) }
        return unsafe arena.copy(message)
    }
}

extension TrainingRange {
    func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__ValueRange> {
        var message = unsafe LoanDefault__V1__ValueRange()
        unsafe loan_default__v1__value_range__init(&message)
        unsafe message.minimum = minimum
        unsafe message.maximum = maximum
        unsafe message.low = low
        unsafe message.high = high
        return unsafe arena.copy(message)
    }
}

extension OneHotEncoder {
    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__OneHotColumn> {
        var message = unsafe LoanDefault__V1__OneHotColumn()
        unsafe loan_default__v1__one_hot_column__init(&message)
        unsafe message.name = arena.string(feature)
        unsafe message.categories = arena.strings(categories)
        unsafe message.n_categories = categories.count
        return unsafe arena.copy(message)
    }
}
