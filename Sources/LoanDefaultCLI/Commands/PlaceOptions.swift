// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanServer
internal import LoanService

/// Which storage a command works on, by the names of the JSON fields.
struct PlaceOptions: ParsableArguments {
    /// Where files lie.
    enum Backend: String, ExpressibleByArgument, CaseIterable {
        case local
        case s3
    }

    @Option(help: "Where files lie: local or s3.")
    var backend = Backend.local

    @Option(help: "With s3: the bucket.")
    var bucket: String?

    /// A file or folder: on disk as the local option says, in S3 as `--bucket` and the key say.
    func location(
        local path: String?,
        _ localField: RequestField,
        s3 key: String?,
        _ keyField: RequestField,
        _ work: WorkOptions
    ) throws -> StorageLocation {
        switch backend {
        case .local: return work.location(try needed(path, localField))
        case .s3:
            let bucket = try needed(bucket, .bucket)
            return .s3(bucket: bucket, key: try needed(key, keyField))
        }
    }

    private func needed(_ value: String?, _ field: RequestField) throws -> String {
        guard let value, !value.isEmpty else {
            throw CommandFailure.usage(
                "--\(field.option) is needed with --backend \(backend.rawValue)"
            )
        }
        return value
    }
}

/// A model of the repository and where it lies.
struct ModelOptions: ParsableArguments {
    @OptionGroup var place: PlaceOptions

    @Option(help: "Folder of the model.")
    var localModelPath: String?

    @Option(help: "With s3: the key of the model's folder.")
    var modelKey: String?

    /// The folder of the model.
    func folder(_ work: WorkOptions) throws -> StorageLocation {
        try place.location(
            local: localModelPath,
            .localModelPath,
            s3: modelKey,
            .modelKey,
            work
        )
    }
}

extension RequestField {
    /// The option of the same meaning.
    var option: String { rawValue.split(separator: "_").joined(separator: "-") }
}
