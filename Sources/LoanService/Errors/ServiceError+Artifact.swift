// SPDX-License-Identifier: Apache-2.0

internal import LoanArtifact

extension ServiceError {
    /// A damaged artifact, or one of another kind.
    init(_ error: ArtifactError, _ input: RequestInput, _ name: String) {
        let problem = { (kind: ProblemKind) in FieldProblem(input, "\(name): \(error)", kind: kind)
        }
        switch error {
        case .empty, .wrongLength, .checksumMismatch, .undecodable:
            self = .dataLoss(problem(.damaged))
        case .tooLarge: self = .tooLarge(problem(.tooLarge))
        case .unknownFormat, .pickle, .compressed, .byteOrderMark, .newerRelease, .wrongKind,
            .invalid:
            self = .conflict(problem(.unmet))
        }
    }
}
