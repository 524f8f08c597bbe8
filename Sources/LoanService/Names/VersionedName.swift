// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage

/// A model by name, or one generation of it: `model.joblib`,
/// `model.joblib@20261124T005500Z-1f2e3d4c`.
struct VersionedName {
    /// The name of the model's artifact.
    let artifact: String
    /// The generation that is pinned; nil for the current one.
    let generation: Generation?

    init(_ name: String) throws(ServiceError) {
        guard let at = name.utf8.lastIndex(of: UInt8(ascii: "@")) else {
            try ModelName.validate(name)
            (artifact, generation) = (name, nil)
            return
        }
        artifact = String(name[..<at])
        try ModelName.validate(artifact)
        guard let pinned = Generation(name[name.utf8.index(after: at)...]) else {
            throw .invalid(
                .modelName,
                "a generation looks like 20261124T005500Z-1f2e3d4c",
                kind: .modelName
            )
        }
        generation = pinned
    }
}

extension ModelName {
    /// Accepts what `validate` does, and with it a generation: `NAME@GENERATION`.
    package static func validateVersioned(_ name: String) throws(ServiceError) {
        _ = try VersionedName(name)
    }
}
