// SPDX-License-Identifier: Apache-2.0

package import DecisionRecord

/// Why recorded decisions cannot be made again.
package enum ReplayProblem: Error, Equatable, Sendable {
    /// A file that decisions were made with is not in the record as it was.
    case file(PinnedFile, RecordReadError)
    /// It cannot be used for what it is.
    case unusable(PinnedFile, digest: String, problem: String)
    /// The columns of a context are not those that its model takes, or of what it answers.
    case columns(model: String, problem: String)
    /// No kernel of this name runs here for a model.
    case kernel(String, model: String, running: [String])
    /// The reasons of a model cannot be worked out.
    case reasons(model: String, problem: String)
}

extension ReplayProblem: CustomStringConvertible {
    /// What is wrong, and where: a sentence without its end.
    package var description: String {
        switch self {
        case .file(let file, let error):
            "the \(file.rawValue) of recorded decisions cannot be read: \(error)"
        case .unusable(let file, let digest, let problem):
            "models/\(digest) cannot be used as the \(file.rawValue) of recorded decisions: "
                + problem
        case .columns(let model, let problem):
            "recorded decisions of \(model) do not fit its stored files: \(problem)"
        case .kernel(let kernel, let model, let running):
            "kernel \(kernel) does not run here for \(model); these do: "
                + running.joined(separator: ", ")
        case .reasons(let model, let problem):
            "the reasons of \(model) cannot be worked out: \(problem)"
        }
    }
}
