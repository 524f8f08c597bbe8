// SPDX-License-Identifier: Apache-2.0

package import ForestInference
package import JSON
package import LoanModel
package import ModelValidation

/// Whether the margin of a stored model goes the way along a raw feature that its training was
/// asked for.
package struct DirectionReport: Sendable, Equatable {
    /// Two rows that refute it.
    package struct Refutation: Sendable, Equatable {
        /// The row with the lower value of the feature: raw values, or else prepared ones, by name.
        package let lower: JSONObject
        /// The row with the higher one.
        package let upper: JSONObject
        /// The margin of the first.
        package let lowerMargin: Float
        /// The margin of the second.
        package let upperMargin: Float
        /// Whether the rows are raw: some prepared rows are those of no application.
        package let areRaw: Bool
    }

    /// What is known.
    package enum Verdict: Sendable, Equatable {
        /// It does, for all rows there can be.
        case proven(MonotonicityVerdict.Basis)
        /// It does not.
        case refuted(Refutation)
        /// The search ended before it was done.
        case undecided(thresholdsLeft: Int, of: Int)
        /// A sentence without its end.
        case notExamined(String)
    }

    /// The raw feature.
    package let feature: String
    /// The way that was asked for.
    package let direction: MonotoneDirection
    /// Whether it is so.
    package let verdict: Verdict

    /// Examines a forest along raw features.
    package static func all(
        _ directions: [String: MonotoneDirection],
        _ forest: Forest,
        _ preprocessor: Preprocessor
    ) -> [DirectionReport] {
        let proof = MonotonicityProof(forest)
        return directions.sorted { $0.key < $1.key }.map { name, direction in
            DirectionReport(
                feature: name,
                direction: direction,
                verdict: verdict(name, direction, proof, forest, preprocessor)
            )
        }
    }

    private static func verdict(
        _ name: String,
        _ direction: MonotoneDirection,
        _ proof: MonotonicityProof,
        _ forest: Forest,
        _ preprocessor: Preprocessor
    ) -> Verdict {
        guard
            let index = preprocessor.schema.features.firstIndex(where: { $0.name == name })
        else { return .proven(.unused) }
        let step = preprocessor.step(ofFeature: index)
        guard step.fitted.isOneNumber else {
            return .notExamined(
                "the feature becomes \(step.columns.count) columns or a set of categories, which "
                    + "have no order"
            )
        }
        do throws(MonotonicityError) {
            switch try proof.verdict(feature: step.columns.lowerBound, direction) {
            case .proven(let basis): return .proven(basis)
            case .undecided(let left, let count):
                return .undecided(thresholdsLeft: left, of: count)
            case .refuted(let rows):
                return .refuted(refutation(rows, direction, forest, preprocessor))
            }
        } catch {
            return .notExamined("\(error)")
        }
    }

    /// The two rows as applications, where these refute the direction as well.
    private static func refutation(
        _ rows: MonotonicityVerdict.Counterexample,
        _ direction: MonotoneDirection,
        _ forest: Forest,
        _ preprocessor: Preprocessor
    ) -> Refutation {
        let predictor = ReferencePredictor(forest)
        func margin(_ row: RecoveredRow) -> Float? {
            guard case .prepared(let values) = row.scoring.prepared(by: preprocessor).form else {
                return nil
            }
            return predictor.margin(of: values)
        }
        if let lower = RecoveredRow(rows.lower, preprocessor),
            let upper = RecoveredRow(rows.upper, preprocessor),
            let below = margin(lower), let above = margin(upper),
            direction == .increasing ? below > above : below < above
        {
            return Refutation(
                lower: lower.values,
                upper: upper.values,
                lowerMargin: below,
                upperMargin: above,
                areRaw: true
            )
        }
        func named(_ row: [Float]) -> JSONObject {
            JSONObject(zip(preprocessor.columnNames, row).map { ($0, .single($1)) })
        }
        return Refutation(
            lower: named(rows.lower),
            upper: named(rows.upper),
            lowerMargin: rows.lowerMargin,
            upperMargin: rows.upperMargin,
            areRaw: false
        )
    }
}

extension FittedFeature {
    /// Whether it becomes one column that rises with it.
    var isOneNumber: Bool {
        switch self {
        case .impute, .power, .unchanged, .number: true
        case .codes(let codes): !codes.isNative
        case .date(let date): date.parts == [.days]
        case .oneHot: false
        }
    }
}
