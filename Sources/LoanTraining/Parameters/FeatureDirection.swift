// SPDX-License-Identifier: Apache-2.0

/// Which way predictions may go along a feature.
package struct FeatureDirection: Equatable, Sendable {
    /// The way, by XGBoost's numbers.
    package enum Sign: Int, Sendable {
        /// Predictions do not rise as the feature rises.
        case falling = -1
        /// They may go both ways.
        case none = 0
        /// Predictions do not fall as the feature rises.
        case rising = 1
    }

    /// The raw feature.
    package let feature: String
    /// Which way.
    package let sign: Sign

    /// A direction for a raw feature.
    package init(feature: String, sign: Sign) {
        self.feature = feature
        self.sign = sign
    }
}
