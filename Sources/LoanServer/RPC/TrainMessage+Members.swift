// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import LoanService
internal import LoanTraining

extension TrainMessage {
    /// What the training is asked for: as HTTP has it, or by the four fields that name a parameter
    /// each.
    func members() throws(RPCStatus) -> TrainingMembers {
        do throws(ServiceError) {
            guard !fitting.isEmpty else { return TrainingMembers(parameters: namedParameters) }
            guard namedParameters == TrainingParameters() else {
                throw .invalid(
                    .parameters,
                    "are given twice, by fields of their own and in `fitting`; give them there",
                    kind: .parameter
                )
            }
            return try TrainingMembers(fitting)
        } catch {
            throw RPCStatus(error)
        }
    }

    private var namedParameters: TrainingParameters {
        var parameters = TrainingParameters()
        if let rounds { parameters.rounds = Int(rounds) }
        if let depthMax { parameters.maxDepth = Int(depthMax) }
        if let learningRate { parameters.learningRate = learningRate.asWritten }
        if let minChildWeight { parameters.minChildWeight = minChildWeight.asWritten }
        return parameters
    }
}

extension TrainingProgress.Phase {
    /// What is under way, in one or two words.
    var stage: String {
        switch self {
        case .model: "training"
        case .fold(let fold, let count): "fold \(fold) of \(count)"
        case .trial(let trial, let count): "trial \(trial) of \(count)"
        }
    }
}

extension Float {
    /// The double that the caller's decimal stands for over HTTP: 0.1 and not 0.10000000149.
    fileprivate var asWritten: Double { Double("\(self)") ?? Double(self) }
}
