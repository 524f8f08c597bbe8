// SPDX-License-Identifier: Apache-2.0

package import DecisionRecord
internal import LoanModel

/// The value of a feature as it is in a frame.
package enum RecordedValue: Sendable, Equatable {
    /// Nothing was sent.
    case missing
    /// A category that the model does not know; its text where the transport had it.
    case unknown(String?)
    /// A number.
    case number(Float)
    /// True or false.
    case boolean(Bool)
    /// A category or a date.
    case text(String)

    /// Whether a category is one that the model does not know.
    package var isUnknown: Bool { if case .unknown = self { true } else { false } }
}

/// The inputs of the rows of a frame, by feature.
package struct RecordedInputs {
    private let context: RecordedContext
    private let frame: DecisionFrame
    private let numbers: RecordColumn<Float>
    /// By feature and row.
    private let unknown: [Place: String]

    private struct Place: Hashable {
        let feature: Int
        let row: Int
    }

    /// - Throws: where the texts of unknown categories cannot be read.
    package init(_ decisions: RecordedDecisions) throws(RecordReadError) {
        context = decisions.context
        frame = decisions.frame
        numbers = context.content.isPrepared ? frame.prepared : frame.numbers
        var unknown: [Place: String] = [:]
        for text in try frame.unknownTexts() {
            unknown[Place(feature: text.feature, row: text.row)] = text.text
        }
        self.unknown = unknown
    }

    /// The value of a feature in a row of the frame.
    package func value(ofFeature index: Int, row: Int) -> RecordedValue {
        let feature = context.content.features[index]
        let place = context.columns[index] * frame.head.rowCount + row
        if feature.isCode && !context.content.isPrepared {
            let code = frame.codes[frame.codes.startIndex + place]
            if code == CategoryVocabulary.missing { return .missing }
            return category(Int(code), feature, index, row)
        }
        let number = numbers[place]
        if number.isNaN {
            return CategoryVocabulary.isUnknown(number)
                ? .unknown(unknown[Place(feature: index, row: row)]) : .missing
        }
        switch feature.kind {
        case .number: return .number(number)
        case .boolean: return .boolean(number != 0)
        case .date: return .text(Int(exactly: number).map(Self.date) ?? "\(number)")
        case .category:
            // The model takes the codes of columns without names as numbers.
            guard !feature.categories.isEmpty else { return .number(number) }
            return category(Int(exactly: number) ?? -1, feature, index, row)
        }
    }

    private func category(
        _ code: Int,
        _ feature: DecisionContext.Feature,
        _ index: Int,
        _ row: Int
    ) -> RecordedValue {
        feature.categories.indices.contains(code)
            ? .text(feature.categories[code]) : .unknown(unknown[Place(feature: index, row: row)])
    }

    private static func date(_ days: Int) -> String { CalendarDate(days: days).text }
}
