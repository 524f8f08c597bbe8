// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import ObjectStorage

/// Finds the store and the key behind a location of a request.
struct StorageResolver: Sendable {
    let local: LocalStore
    let s3: S3Stores
    /// The buckets that requests may name; nil allows all.
    let buckets: Set<String>?
    let metrics: ServiceMetrics

    /// A store and a folder or object in it.
    struct Resolved {
        let store: any ObjectStore
        /// An object's key or a folder's prefix, without a slash at the end; "" is the root.
        let key: String
        let field: RequestField
    }

    func resolve(_ location: StorageLocation) throws(ServiceError) -> Resolved {
        switch location.place {
        case .local(let path):
            do {
                let key = try local.folder(forUserPath: path)
                return Resolved(store: observed(local, .local), key: key, field: location.field)
            } catch {
                throw ServiceError(error, location.field)
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
                        kind: "permission_denied"
                    )
                )
            }
            guard key.utf8.count <= ObjectKey.bytesMax else {
                let violation = KeyViolation.tooLong(bytesMax: ObjectKey.bytesMax)
                throw ServiceError(.invalidKey(violation), location.field)
            }
            // A gateway that normalizes paths would leave the bucket.
            guard !key.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
                throw ServiceError(.invalidKey(.component), location.field)
            }
            let folder = key.hasSuffix("/") ? String(key.dropLast()) : key
            let store: S3Store
            do {
                store = try s3.store(name)
            } catch {
                throw ServiceError(error, location.field)
            }
            return Resolved(store: observed(store, .s3), key: folder, field: location.field)
        }
    }

    /// Refuses a table in a folder that only this program writes to: what servers leave there for
    /// each other is not for callers.
    func refuseReserved(_ location: StorageLocation) throws(ServiceError) {
        guard ArtifactLocation.isReserved(try resolve(location).key) else { return }
        throw ServiceError(.invalidKey(.reservedFolder), location.field)
    }

    private func observed(_ store: any ObjectStore, _ backend: StorageBackend) -> ObservedStore {
        ObservedStore(store: store, backend: backend, metrics: metrics)
    }
}

extension ServiceError {
    /// A storage error as an answer to the request whose `field` named the object.
    init(_ error: ObjectStoreError, _ field: RequestField, object: String = "") {
        let subject = object.isEmpty ? "" : "\(object): "
        func problem(_ kind: String) -> FieldProblem {
            FieldProblem(field, subject + error.description, kind: kind)
        }
        switch error {
        case .notFound: self = .notFound(problem("not_found"))
        case .noSuchBucket:
            self = .notFound(FieldProblem(.bucket, error.description, kind: "not_found"))
        case .permissionDenied, .credentialsRefused:
            self = .forbidden(problem("permission_denied"))
        case .preconditionFailed, .notModified: self = .conflict(problem("conflict"))
        case .invalidKey, .invalidBucketName, .notRegularFile, .rangeNotSatisfiable,
            .tooManyObjects, .wrongRegion, .redirected:
            self = .invalid([problem("value_error.path")])
        case .tooLarge: self = .tooLarge(problem("too_large"))
        case .unwritable(_, let obstacle):
            // The sentence has the name of the place.
            self = ServiceError(
                obstacle,
                FieldProblem(field, error.description, kind: "permission_denied")
            )
        case .outOfSpace, .tooManyOpenFiles: self = .outOfSpace(message: error.description)
        case .corrupted: self = .dataLoss(problem("data_loss"))
        case .unavailable(_, let retryAfter):
            self = .unavailable(
                message: error.description,
                retryAfterSeconds: Int(retryAfter?.components.seconds ?? 1)
            )
        case .deadlineExceeded, .noCredentials, .clockSkew, .refused, .malformedAnswer,
            .endlessListing, .system, .unusable:
            self = .unavailable(message: error.description, retryAfterSeconds: 1)
        case .stopped: self = .cancelled
        }
    }
}

extension ServiceError {
    /// A folder that does not take what is to be written.
    private init(_ obstacle: WriteObstacle, _ problem: FieldProblem) {
        switch obstacle {
        case .noRoom: self = .outOfSpace(message: problem.message)
        case .system(let code) where [ENOSPC, EDQUOT, EFBIG].contains(code):
            self = .outOfSpace(message: problem.message)
        case .system, .notAFolder: self = .forbidden(problem)
        }
    }
}
