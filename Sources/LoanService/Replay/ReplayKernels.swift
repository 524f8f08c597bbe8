// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanModel

/// Which kernels make recorded decisions again.
package enum ReplayKernels: Equatable, Sendable {
    /// Each that runs on this machine, also those that no server here would choose.
    case all
    /// The fastest one for each batch.
    case fastest
    /// The one of this name.
    case named(String)

    /// The names that a kernel may have.
    package static var names: [String] { ForestKernel.allCases.map(\.rawValue) }

    /// Nil for a word that is neither a choice nor the name of a kernel.
    package init?(_ word: String) {
        switch word {
        case "all": self = .all
        case "fastest": self = .fastest
        default:
            guard ForestKernel(rawValue: word) != nil else { return nil }
            self = .named(word)
        }
    }

    /// The chosen kernels of a model; those that are not compiled already are compiled here. None
    /// where the fastest is to score alone.
    func kernels(
        of scorer: Scorer,
        isPrepared: Bool,
        _ model: String
    ) throws(ReplayProblem) -> [RecordedModel.Kernel] {
        func kernel(_ kernel: ForestKernel) -> RecordedModel.Kernel? {
            guard !scorer.kernels.contains(kernel) else {
                return RecordedModel.Kernel(kernel: kernel, scorer: scorer)
            }
            return scorer.forcing(kernel, isPrepared: isPrepared).map {
                RecordedModel.Kernel(kernel: kernel, scorer: $0)
            }
        }
        switch self {
        case .fastest: return []
        case .all: return ForestKernel.allCases.compactMap { kernel($0) }
        case .named(let name):
            guard let found = ForestKernel(rawValue: name).flatMap({ kernel($0) }) else {
                throw .kernel(name, model: model, running: scorer.kernelNames)
            }
            return [found]
        }
    }
}
