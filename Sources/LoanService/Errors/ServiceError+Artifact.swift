// SPDX-License-Identifier: Apache-2.0

internal import LoanArtifact

extension ServiceError {
    /// A damaged artifact, or one of another kind.
    init(_ error: ArtifactError, _ field: RequestField, _ name: String) {
        let problem = { (kind: String) in FieldProblem(field, "\(name): \(error)", kind: kind) }
        switch error {
        case .empty, .wrongLength, .checksumMismatch, .undecodable:
            self = .dataLoss(problem("data_loss"))
        case .tooLarge: self = .tooLarge(problem("too_large"))
        case .unknownFormat, .pickle, .compressed, .byteOrderMark, .newerRelease, .wrongKind,
            .invalid:
            self = .conflict(problem("failed_precondition"))
        }
    }
}
