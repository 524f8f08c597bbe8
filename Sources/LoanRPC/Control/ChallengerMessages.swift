// SPDX-License-Identifier: Apache-2.0

/// What becomes of the scores of a challenger.
package enum ChallengerMode: UInt32, Sendable {
    /// There is no challenger.
    case none = 0
    case shadow = 1
    case canary = 2
}

/// SetChallenger's request.
package struct SetChallengerMessage: Sendable, Equatable {
    /// The champion's name.
    package var modelName = ""
    /// `none` takes the challenger away.
    package var mode = ChallengerMode.none
    /// The challenger's name, with a generation or without.
    package var challenger = ""
    /// The share of the calls; 0 where none is given.
    package var share = 0.0
    /// What the ids are hashed with; empty where none is given.
    package var salt = ""

    /// A request that names no model.
    package init() {}
}

/// Challenger's request.
package struct ChallengerMessage: Sendable, Equatable {
    /// The champion's name.
    package var modelName = ""

    /// A request that names no model.
    package init() {}
}

/// The answer to SetChallenger and Challenger.
package struct ChallengerResult: Sendable, Equatable {
    /// The champion's name.
    package var modelName = ""
    /// `none` where there is no challenger.
    package var mode = ChallengerMode.none
    /// The challenger's name.
    package var challenger = ""
    /// The share of the calls.
    package var share = 0.0
    /// What the ids are hashed with.
    package var salt = ""
    /// What is counted of it, as a JSON document.
    package var figures: [UInt8] = []
    /// Problems that did not keep the challenger from being changed, each as a sentence.
    package var warnings: [String] = []

    /// No challenger.
    package init() {}
}
