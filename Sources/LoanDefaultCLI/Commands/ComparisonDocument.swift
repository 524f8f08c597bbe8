// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import ModelValidation

/// A comparison of two models as JSON.
struct ComparisonDocument: Encodable {
    let rows: Int
    let defaults: Int
    let unlabeled: Int
    let first: Side
    let second: Side
    let aucDifference: Difference?
    /// By what the first decides, and then by what the second does.
    let decisions: [String: [String: Int]]
    let changedDecisions: Int

    private enum CodingKeys: String, CodingKey {
        case rows, defaults, unlabeled, first, second, decisions
        case aucDifference = "auc_difference"
        case changedDecisions = "changed_decisions"
    }

    /// The figures of one model.
    struct Side: Encodable {
        let model: String
        let auc: Double?
        let gini: Double?
        let ks: Double?
        let brier: Double
        let logLoss: Double
        let eceEqualWidth: Double
        let eceEqualMass: Double

        private enum CodingKeys: String, CodingKey {
            case model, auc, gini, ks, brier
            case logLoss = "log_loss"
            case eceEqualWidth = "ece_equal_width"
            case eceEqualMass = "ece_equal_mass"
        }

        init(_ model: String, _ figures: ValidationFigures) {
            self.model = model
            auc = figures.area?.value
            gini = figures.area?.gini
            ks = figures.separation?.value
            brier = figures.brier.mean.value
            logLoss = figures.logLoss.mean.value
            eceEqualWidth = figures.widthError.expected
            eceEqualMass = figures.massError.expected
        }
    }

    /// The first area less the second.
    struct Difference: Encodable {
        let value: Double
        /// The interval of 95 %.
        let lower: Double
        let upper: Double
        let p: Double

        init(_ area: AreaComparison) {
            let interval = area.interval()
            (value, lower, upper) = (area.difference, interval.lower, interval.upper)
            p = area.pValue
        }
    }

    static func counts(_ decisions: [[Int]]) -> [String: [String: Int]] {
        let words = Decision.allCases.map(\.rawValue)
        return Dictionary(
            uniqueKeysWithValues: zip(words, decisions).map { word, counts in
                (word, Dictionary(uniqueKeysWithValues: zip(words, counts)))
            }
        )
    }
}
