// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

/// Codes and texts of reasons, made from the features of a model.
///
/// A number is called high or low by the median of the training where that is known. The text says
/// what the value is, never that it caused anything: contributions describe the model.
struct ReasonCatalogue: Sendable {
    private let features: [ServedModel.Feature]
    private let scale: PointScale?

    /// - Parameter scale: what makes points of contributions; nil makes none.
    init(_ features: [ServedModel.Feature], scale: PointScale?) {
        self.features = features
        self.scale = scale
    }

    /// The reason that feature `index` is, with its value.
    func reason(_ index: Int, value: Reason.Value, contribution: Float) -> Reason {
        let feature = features[index]
        let (suffix, text) = words(feature, value)
        return Reason(
            feature: feature.name,
            value: value,
            contribution: contribution,
            points: scale?.points(ofContribution: Double(contribution)),
            code: Self.code(feature.name) + suffix,
            text: Self.title(feature.name) + text
        )
    }

    private func words(
        _ feature: ServedModel.Feature,
        _ value: Reason.Value
    ) -> (suffix: String, text: String) {
        switch value {
        case .missing: return ("_MISSING", " is missing")
        case .unknown: return ("_UNKNOWN", " is not one that the model knows")
        case .text(let text): return ("", " is \(text)")
        case .number(let number):
            guard feature.kind == .number, let median = feature.median.map({ Float($0) }) else {
                return ("", " is \(number)")
            }
            if number > median { return ("_HIGH", " is above the usual value") }
            if number < median { return ("_LOW", " is below the usual value") }
            return ("_USUAL", " is at the usual value")
        }
    }

    /// `loan_int_rate` as `LOAN_INT_RATE`.
    private static func code(_ name: String) -> String {
        String(name.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }

    /// `loan_int_rate` as `Loan int rate`.
    private static func title(_ name: String) -> String {
        let words = name.split(separator: "_").joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
