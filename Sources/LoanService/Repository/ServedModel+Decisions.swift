// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// Points, bands and decisions, by the policy that the model is served with.
extension ServedModel {
    /// Why a policy decides nothing of a request, apart from its rows.
    package enum Undecidable: Error, Equatable, CustomStringConvertible {
        /// The predictions are no logistic probabilities.
        case objective(String)
        /// The rules look at records, and the rows are prepared.
        case preparedRows
        /// Changes are looked for, and the policy calls no feature changeable.
        case nothingChangeable
        /// The cuts of a changeable feature are not known.
        case uncuttable(feature: String)

        /// What is wrong, and what would be right: a sentence without its end.
        package var description: String {
            switch self {
            case .objective(let objective):
                "points, bands and decisions are made of the probabilities of "
                    + "\(ServedPolicy.objective), and the objective of this model is \(objective)"
            case .preparedRows:
                "the policy of this model has rules that look at records, and these rows are "
                    + "prepared: send records"
            case .nothingChangeable:
                "the policy of this model has no changeable features"
            case .uncuttable(let feature):
                "the values at which the predictions of this model change along "
                    + "\(feature.excerpt) are not known: changes are found over the cuts of trees"
            }
        }
    }

    /// Checks that rows can be decided, before they are scored.
    package func checkDecidable(arePrepared: Bool = false) throws(Undecidable) {
        guard decides else { throw .objective(objective) }
        guard !arePrepared || !isPrepared || !policy.bound.looksAtRecords else {
            throw .preparedRows
        }
    }

    /// Holds a policy against the features of this model.
    package func bound(_ policy: Policy) throws(PolicyMismatch) -> BoundPolicy {
        try BoundPolicy(policy, features: features.map(\.ofPolicy))
    }

    /// Decides raw applications.
    /// - Parameters:
    ///   - probabilities: what was answered of them.
    ///   - policy: another one than that of the model.
    /// - Precondition: `checkDecidable` has accepted them.
    package func decisions(
        of applications: CodedApplications,
        probabilities: [Float],
        by policy: BoundPolicy? = nil
    ) -> Decisions {
        let (numbers, codes) = applications.matrices
        return decisions(
            numbers: numbers,
            codes: codes,
            probabilities: probabilities,
            by: policy
        )
    }

    /// The same for the matrices that `score` takes.
    package func decisions(
        numbers: [Float],
        codes: [UInt8],
        probabilities: [Float],
        by other: BoundPolicy? = nil
    ) -> Decisions {
        let rowCount = probabilities.count
        var margins = [Float](repeating: 0, count: rowCount)
        var results = margins.mutableSpan
        score(
            numbers: numbers.span,
            codes: codes.span,
            rowCount: rowCount,
            margins: true,
            into: &results
        )
        return decisions(
            numbers: numbers.span,
            codes: codes.span,
            margins: margins,
            probabilities: probabilities,
            by: other
        )
    }

    /// The same for rows whose margins are known.
    package func decisions(
        numbers: Span<Float>,
        codes: Span<UInt8>,
        margins: [Float],
        probabilities: [Float],
        by other: BoundPolicy? = nil
    ) -> Decisions {
        let policy = other ?? self.policy.bound
        let hits = policy.hits(numbers: numbers, codes: codes, rowCount: margins.count)
        return Self.decisions(policy, margins, probabilities, hits)
    }

    /// Decides the rows of a prepared matrix: shape (preparedFeatureCount, rowCount).
    /// - Precondition: as above.
    package func decisions(prepared: [Float], probabilities: [Float]) -> Decisions {
        // Without a preprocessor the columns are the features, and all of them are numbers.
        guard isPrepared else {
            return decisions(numbers: prepared, codes: [], probabilities: probabilities)
        }
        var margins = [Float](repeating: 0, count: probabilities.count)
        var results = margins.mutableSpan
        score(
            prepared: prepared.span,
            rowCount: probabilities.count,
            margins: true,
            into: &results
        )
        return Self.decisions(policy.bound, margins, probabilities, [])
    }

    /// The same for rows whose margins are known.
    package func decisions(
        prepared: Span<Float>,
        margins: [Float],
        probabilities: [Float]
    ) -> Decisions {
        guard isPrepared else {
            // The columns are the features, and all of them are numbers.
            let codes: [UInt8] = []
            return decisions(
                numbers: prepared,
                codes: codes.span,
                margins: margins,
                probabilities: probabilities
            )
        }
        return Self.decisions(policy.bound, margins, probabilities, [])
    }

    private static func decisions(
        _ policy: BoundPolicy,
        _ margins: [Float],
        _ probabilities: [Float],
        _ hits: [[Int]]
    ) -> Decisions {
        let rows = margins.indices.map { row in
            policy.row(
                margin: margins[row],
                probability: probabilities[row],
                rules: hits.isEmpty ? [] : hits[row]
            )
        }
        return Decisions(policy: policy.policy, rows: rows)
    }
}
