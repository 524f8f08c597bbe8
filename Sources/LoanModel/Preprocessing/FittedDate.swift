// SPDX-License-Identifier: Apache-2.0

/// A date as one number for each of its parts; missing stays missing.
package struct FittedDate: Sendable, Equatable {
    /// Name of the raw column.
    package let feature: String
    /// The parts, in the order of their columns; at least one, each once.
    package let parts: [Feature.DatePart]
    /// Where the training values lie, in days since 1970-01-01; nil where they are not known.
    package let range: TrainingRange?

    /// Takes known parts.
    /// - Throws: `PreprocessorError.parameter` if there is none, or one is there twice.
    package init(
        feature: String,
        parts: [Feature.DatePart],
        range: TrainingRange? = nil
    ) throws(PreprocessorError) {
        guard !parts.isEmpty, Set(parts).count == parts.count else {
            throw .parameter(feature: feature, name: "list of parts")
        }
        self.feature = feature
        self.parts = parts
        self.range = range
    }

    /// Notes where the values lie.
    /// - Throws: `PreprocessorError.noValues` if all are missing.
    package init(
        feature: String,
        parts: [Feature.DatePart],
        fitting values: [Float]
    ) throws(PreprocessorError) {
        let range = try TrainingRange(feature: feature, of: values)
        try self.init(feature: feature, parts: parts, range: range)
    }

    /// One part of the day that is `days` after 1970-01-01; NaN stays NaN.
    package static func value(_ part: Feature.DatePart, of days: Float) -> Float {
        guard part != .days, !days.isNaN else { return days }
        // What no date of a table reaches is held to the calendar's ends, so that a number of a
        // request that is no day at all is no crash either.
        let whole = Int(min(max(days, daysMin), daysMax).rounded(.down))
        switch part {
        case .days: return days
        case .year: return Float(CalendarDate(days: whole).year)
        case .month: return Float(CalendarDate(days: whole).month)
        case .weekday: return Float(CalendarDate.weekday(ofDays: whole))
        }
    }

    /// The days of 0001-01-01 and 9999-12-31.
    private static let daysMin: Float = -719_162
    private static let daysMax: Float = 2_932_896
}
