// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
internal import LoanModel

extension RecordedModel {
    /// Checks that rows of a context have the columns that this model takes, and answers of as many
    /// values as it gives.
    func check(_ context: RecordedContext) throws(ReplayProblem) {
        let content = context.content
        let (numbers, codes) =
            content.isPrepared
            ? (served.preparedFeatureCount, 0)
            : (
                served.features.count { $0.carrier == .number },
                served.features.count { $0.carrier == .code }
            )
        let counts = [
            ("columns of numbers", context.numberCount, numbers),
            ("columns of codes", context.codeCount, codes),
            ("margins a row", content.marginCount, served.valueCount(margins: true)),
            ("predictions a row", content.valueCount, served.valueCount(margins: false)),
        ]
        for (name, recorded, own) in counts where recorded != own {
            throw .columns(
                model: content.model,
                problem: "the record has \(recorded) \(name), and the model has \(own)"
            )
        }
        let names =
            content.isPrepared ? served.preparedFeatureNames : served.features.map(\.name)
        guard names == content.features.map(\.name) else {
            throw .columns(
                model: content.model,
                problem: "the names or the order of its features are others"
            )
        }
    }
}
