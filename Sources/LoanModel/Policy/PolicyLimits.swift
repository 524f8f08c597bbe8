// SPDX-License-Identifier: Apache-2.0

/// What a policy may hold.
package enum PolicyLimits {
    /// Bands; there is one at least.
    package static let bandsMax = 32
    /// Rules: each looks at every row that is decided.
    package static let rulesMax = 64
    /// Categories that one rule names.
    package static let valuesMax = 256
    /// Features that are called changeable.
    package static let changeableMax = 16
    /// Texts of reasons: two and more for each feature.
    package static let reasonsMax = 8_192
    /// UTF-8 bytes of the name of a band or of the code of a reason.
    package static let nameBytesMax = 64
    /// UTF-8 bytes of the name of a feature.
    package static let featureBytesMax = 4_096
    /// UTF-8 bytes of the text of a reason.
    package static let textBytesMax = 500
    /// The magnitude of points and of their bounds: float32 has every whole number up to there.
    package static let pointsMax = 1_000_000
}
