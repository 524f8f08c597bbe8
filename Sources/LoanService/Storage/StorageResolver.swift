// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage

/// Finds the store and the key that a location of a request stands for.
struct StorageResolver: Sendable {
    let local: LocalStore
    let s3: S3Stores
    /// The buckets that requests may name; nil allows all.
    var buckets: Set<String>?
    let metrics: ServiceMetrics
    /// Where the record of decisions goes, which no request may name; nil without one in S3.
    var recordPlace: StorageLocation?

    /// A store and a folder or object in it.
    struct Resolved {
        let store: any ObjectStore
        /// An object's key or a folder's prefix, without a slash at the end; "" is the root.
        let key: String
        let input: RequestInput

        /// Refuses a folder that only this program writes to: what servers leave there for each
        /// other is not for callers.
        func refuseReserved() throws(ServiceError) {
            guard ArtifactLocation.isReserved(key) else { return }
            throw ServiceError(.invalidKey(.reservedFolder), input)
        }
    }

    /// - Parameter role: what the request names the location for.
    func resolve(
        _ location: StorageLocation,
        as role: PlaceRole
    ) throws(ServiceError) -> Resolved {
        let input = location.input(role)
        switch location {
        case .local(let path):
            do {
                let key = try local.folder(forUserPath: path)
                return Resolved(store: observed(local, .local), key: key, input: input)
            } catch {
                throw ServiceError(error, input)
            }
        case .s3(let bucket, let key):
            let name: BucketName
            do {
                name = try BucketName(bucket)
            } catch {
                throw ServiceError(error, .bucket)
            }
            guard buckets?.contains(bucket) ?? true else {
                throw .forbidden(
                    FieldProblem(
                        .bucket,
                        "this server does not use the bucket \(bucket)",
                        kind: .forbidden
                    )
                )
            }
            guard key.utf8.count <= ObjectKey.bytesMax else {
                let violation = KeyViolation.tooLong(bytesMax: ObjectKey.bytesMax)
                throw ServiceError(.invalidKey(violation), input)
            }
            // A gateway that normalizes paths would leave the bucket.
            guard !key.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
                throw ServiceError(.invalidKey(.component), input)
            }
            let folder = key.hasSuffix("/") ? String(key.dropLast()) : key
            guard !isOfRecord(bucket, folder) else {
                throw .forbidden(
                    FieldProblem(
                        input,
                        "the record of decisions lies there, which requests do not reach",
                        kind: .forbidden
                    )
                )
            }
            let store: S3Store
            do {
                store = try s3.store(name)
            } catch {
                throw ServiceError(error, input)
            }
            return Resolved(store: observed(store, .s3), key: folder, input: input)
        }
    }

    /// Whether a key in a bucket lies where the record of decisions goes.
    private func isOfRecord(_ bucket: String, _ key: String) -> Bool {
        guard case .s3(bucket, let place)? = recordPlace else { return false }
        let prefix = place.hasSuffix("/") ? String(place.dropLast()) : place
        return key == prefix || key.hasPrefix(prefix + "/")
    }

    private func observed(_ store: any ObjectStore, _ backend: StorageBackend) -> ObservedStore {
        ObservedStore(store: store, backend: backend, metrics: metrics)
    }
}
