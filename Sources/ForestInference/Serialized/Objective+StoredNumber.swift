// SPDX-License-Identifier: Apache-2.0

extension Objective {
    /// What stands for the objective in stored sections: a new one takes the next number, and no
    /// number is ever given to another.
    var storedNumber: UInt32 {
        switch self {
        case .binaryLogistic: 0
        case .binaryLogitRaw: 1
        case .squaredError: 2
        case .regressionLogistic: 3
        case .binaryHinge: 4
        case .softMaximum: 5
        case .softProbabilities: 6
        case .linear: 7
        case .squaredLogError: 8
        case .pseudoHuberError: 9
        case .absoluteError: 10
        case .quantileError: 11
        case .expectileError: 12
        case .gamma: 13
        case .tweedie: 14
        case .poisson: 15
        case .rankPairwise: 16
        case .rankGain: 17
        case .rankPrecision: 18
        case .cox: 19
        case .acceleratedFailureTime: 20
        }
    }

    /// The objective of a number; nil for one that none has.
    init?(storedNumber: UInt32) {
        guard let objective = Self.allCases.first(where: { $0.storedNumber == storedNumber }) else {
            return nil
        }
        self = objective
    }
}
