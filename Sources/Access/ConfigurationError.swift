// SPDX-License-Identifier: Apache-2.0

/// A setting that stops the start.
package enum ConfigurationError: Error, Equatable, CustomStringConvertible {
    case missing(option: String)
    case outOfRange(option: String, value: Int, range: ClosedRange<Int>)
    case unusable(option: String, value: String, reason: String)
    /// The reason names the setting.
    case unusableStorage(reason: String)

    package var description: String {
        switch self {
        case .missing(let option): "--\(option) must not be empty"
        case .outOfRange(let option, let value, let range):
            "--\(option) is \(value); it must lie from \(range.lowerBound) to \(range.upperBound)"
        case .unusable(let option, let value, let reason):
            "--\(option) \(value): \(reason)"
        case .unusableStorage(let reason): reason
        }
    }
}
