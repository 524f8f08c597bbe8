// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
package import LoanService
internal import ModelValidation

/// Which storage a request speaks of.
enum Backend: String, CaseIterable {
    case s3
    case local
}

extension FieldReader {
    /// A file or folder: on disk as `localField` says, in S3 as `bucket` and `keyField` say.
    /// A missing name is reported under the field that the backend needs.
    mutating func location(
        _ backend: Backend,
        local localField: RequestField,
        s3 keyField: RequestField
    ) -> StorageLocation {
        switch backend {
        case .local:
            return .local(path: needed(localField, backend))
        case .s3:
            let bucket = needed(.bucket, backend)
            return .s3(bucket: bucket, key: needed(keyField, backend))
        }
    }

    /// A file or folder that may be left out: nil where its name is missing or null.
    mutating func optionalLocation(
        _ backend: Backend,
        local localField: RequestField,
        s3 keyField: RequestField
    ) -> StorageLocation? {
        switch raw(backend == .local ? localField : keyField) {
        case nil, .null, .string("None"): nil
        default: location(backend, local: localField, s3: keyField)
        }
    }

    /// An optional field that the chosen backend cannot do without.
    private mutating func needed(_ field: RequestField, _ backend: Backend) -> String {
        guard let text = optionalText(field) else {
            reportOnce(
                FieldProblem(
                    field: field,
                    "field required with backend '\(backend.rawValue)'",
                    kind: .missing
                )
            )
            return ""
        }
        return text
    }
}

extension DataRequest {
    /// The fields of `POST /data`.
    private static let fields: [RequestField] = [
        .backend, .bucket, .key, .localPath, .targetPath, .size, .seed, .format,
        .schema, .label, .split, .testShare, .calibrationShare, .stoppingShare, .time, .group,
        .protected,
    ]

    /// Reads the body of `POST /data`.
    package init(_ reader: inout FieldReader) {
        reader.refuseOthers(than: Self.fields)
        let backend = reader.choice(.backend, default: Backend.s3)
        let source = reader.location(backend, local: .localPath, s3: .key)
        let target: StorageLocation
        switch source {
        case .local: target = reader.location(backend, local: .targetPath, s3: .key)
        case .s3(let bucket, let key):
            // The processed files go where the raw one is: into the "folder" of its key.
            target = .folder(ofKey: key, in: bucket)
        }
        let schema = DataSchema(&reader, source)
        // A table with a schema of its own is prepared as it is.
        let size = if case .documented = schema { Self.defaultSize } else { 1 }
        self.init(
            source: source,
            target: target,
            size: reader.integer(.size, in: Self.sizeRange, default: size),
            seed: reader.raw(.seed) == nil
                ? nil : UInt64(reader.integer(.seed, in: 0...Int(Int32.max), default: 0)),
            format: reader.choice(.format, default: MatrixFormat.npy),
            schema: schema,
            division: RowDivision(&reader),
            columns: MarkedColumns(&reader)
        )
    }
}

extension TrainRequest {
    /// The fields of `POST /train`.
    private static let fields: [RequestField] = [
        .backend, .bucket, .dataKey, .modelKey, .modelName, .localDataPath, .localModelPath,
        .parameters, .exclude, .folds, .tune, .policy, .calibration, .card, .elderlyCheck,
    ]

    /// Reads the body of `POST /train`.
    package init(_ reader: inout FieldReader) {
        reader.refuseOthers(than: Self.fields)
        let backend = reader.choice(.backend, default: Backend.s3)
        // The original demands this field with either backend, though S3 does not use it.
        _ = reader.requiredText(.localDataPath)
        let name = reader.modelName()
        let members = TrainingMembers(&reader)
        self.init(
            data: reader.location(backend, local: .localDataPath, s3: .dataKey),
            model: reader.location(backend, local: .localModelPath, s3: .modelKey),
            modelName: name,
            parameters: members.parameters,
            excluded: members.excluded,
            folds: members.folds,
            search: members.search,
            policy: reader.policy(),
            calibration: reader.choice(.calibration, default: Calibration.Method.none),
            card: reader.card(),
            elderlyCheck: reader.optionalText(.elderlyCheck)
        )
    }
}

extension ModelReference {
    /// The fields that say which model is meant.
    static let fields: [RequestField] = [
        .backend, .bucket, .dataKey, .modelKey, .modelName, .localModelPath, .preprocessorPath,
    ]

    /// Reads what `POST /predict` says of the model.
    package init(_ reader: inout FieldReader) {
        let backend = reader.choice(.backend, default: Backend.s3)
        let name = reader.modelName(ModelName.validateVersioned)
        self.init(
            model: reader.location(backend, local: .localModelPath, s3: .modelKey),
            name: name,
            preprocessor: reader.optionalLocation(
                backend,
                local: .preprocessorPath,
                s3: .dataKey
            )
        )
    }
}

extension FieldReader {
    fileprivate mutating func modelName(
        _ validate: (String) throws(ServiceError) -> Void = ModelName.validate
    ) -> String {
        guard raw(.modelName) != nil else {
            report(.missing(.modelName))
            return ""
        }
        let name = requiredText(.modelName)
        do {
            try validate(name)
        } catch .invalid(let problems) {
            problems.forEach { reportOnce($0) }
        } catch {
            preconditionFailure("a name is valid or invalid: \(error)")
        }
        return name
    }
}
