// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import ObjectStorage

extension ServiceError {
    /// A storage error as an answer to the request whose `input` named the object.
    init(_ error: ObjectStoreError, _ input: RequestInput, object: String = "") {
        let subject = object.isEmpty ? "" : "\(object): "
        func problem(_ kind: ProblemKind) -> FieldProblem {
            FieldProblem(input, subject + error.description, kind: kind)
        }
        switch error {
        case .notFound: self = .notFound(problem(.notFound))
        case .noSuchBucket:
            self = .notFound(FieldProblem(.bucket, error.description, kind: .notFound))
        case .permissionDenied, .credentialsRefused:
            self = .forbidden(problem(.forbidden))
        case .preconditionFailed, .notModified: self = .conflict(problem(.conflict))
        case .invalidKey, .invalidBucketName, .notRegularFile, .rangeNotSatisfiable,
            .tooManyObjects, .wrongRegion, .redirected:
            self = .invalid([problem(.path)])
        case .tooLarge: self = .tooLarge(problem(.tooLarge))
        case .unwritable(_, let obstacle):
            // The sentence has the name of the place.
            self = ServiceError(
                obstacle,
                FieldProblem(input, error.description, kind: .forbidden)
            )
        case .outOfSpace, .tooManyOpenFiles: self = .outOfSpace(message: error.description)
        case .corrupted: self = .dataLoss(problem(.damaged))
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
