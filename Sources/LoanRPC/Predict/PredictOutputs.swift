// SPDX-License-Identifier: Apache-2.0

/// What a caller wants in addition to probabilities and labels.
public struct PredictOutputs: OptionSet, Sendable, Hashable {
    /// The bits on the wire.
    public let rawValue: UInt32

    /// A set by its bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Log-odds.
    public static let margins = PredictOutputs(rawValue: 1)

    /// Every bit that this version defines.
    package static let all: PredictOutputs = [.margins]
}
