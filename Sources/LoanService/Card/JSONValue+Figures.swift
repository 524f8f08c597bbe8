// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import ModelValidation

extension JSONValue {
    /// A number; null where there is none, or none that JSON has.
    static func figure(_ value: Double?) -> JSONValue {
        value.map { $0.isFinite ? .real($0) : .null } ?? .null
    }

    /// A number of single precision with the digits that it has; null likewise.
    static func single(_ value: Float?) -> JSONValue { figure(value.flatMap { Double("\($0)") }) }

    /// A figure and where it lies with the usual confidence.
    static func figure(_ value: Double?, _ interval: Interval?) -> JSONValue {
        .members([
            "value": figure(value), "lower": figure(interval?.lower),
            "upper": figure(interval?.upper),
        ])
    }

    /// A share with its interval.
    static func share(_ proportion: Proportion) -> JSONValue {
        figure(proportion.value, proportion.interval())
    }

    /// A list of texts.
    static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
