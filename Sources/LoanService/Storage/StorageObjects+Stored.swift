// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage

extension StorageObjects {
    /// Whether an object has the name of one that a training or a preparation stored in its folder,
    /// but other bytes.
    /// - Returns: a sentence; nil for the stored bytes, and where none have the name.
    package func difference(
        of bytes: [UInt8],
        at location: StorageLocation
    ) throws(ServiceError) -> String? {
        let found = try resolver.resolve(location, as: .object)
        do throws(ObjectStoreError) {
            let key = try ObjectKey(found.key)
            let name = key.lastComponent
            guard !ArtifactLocation.isReserved(key.folder) else { return nil }
            for owner in try Self.owners(of: name, in: key.folder) {
                let manifest: Manifest
                do throws(ObjectStoreError) {
                    manifest = try ArtifactReader(
                        owner,
                        in: found.store,
                        deadline: .now + .seconds(30)
                    ).manifest
                } catch .notFound {
                    continue
                }
                guard let entry = manifest.entry(name) else { continue }
                if entry.holds(bytes) { return nil }
                return "this file is not in use: \(name) stands for the stored generation "
                    + "\(manifest.generation), which holds something else"
            }
            return nil
        } catch {
            throw ServiceError(error, found.input)
        }
    }

    /// The artifacts that may have an object of a name.
    private static func owners(
        of name: String,
        in folder: String
    ) throws(ObjectStoreError) -> [ArtifactLocation] {
        guard Manifest.isName(name) else { return [] }
        var owners = [try ArtifactLocation.model(name, in: folder)]
        let endings = [
            ArtifactNames.policyEnding, ArtifactNames.cardEnding, ArtifactNames.exported(""),
            ArtifactNames.fitted(""),
        ]
        for ending in endings
        where name.hasSuffix(ending) && name != ending {
            owners.append(try .model(String(name.dropLast(ending.count)), in: folder))
        }
        return owners + [try .prepared(in: folder)]
    }
}
