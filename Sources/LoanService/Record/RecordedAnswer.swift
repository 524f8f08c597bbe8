// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
internal import LoanModel

/// What is kept of the rows of a call apart from their columns.
struct RecordedAnswer {
    let origin: CallOrigin
    let model: ServedModel
    /// Among those of the matrices.
    let rows: Range<Int>
    let extras: AnswerExtras?
    let mayWait: Bool

    init(
        _ origin: CallOrigin,
        _ model: ServedModel,
        rows: Range<Int>,
        extras: AnswerExtras?,
        mayWait: Bool
    ) {
        self.origin = origin
        self.model = model
        self.rows = rows
        self.extras = extras
        self.mayWait = mayWait
    }
}

/// The extras of an answer as the record has them: a value for each row, or none.
struct RecordedExtras {
    var calibrated: [Double] = []
    var points: [Int32] = []
    var bands: [UInt8] = []
    var outcomes: [UInt8] = []
    var rules: [UInt64] = []
    var reasons: RecordedReasons?
    var unknown: [UnknownText] = []

    /// Nothing.
    static let none = RecordedExtras()

    private init() {}

    init(_ extras: AnswerExtras) {
        calibrated = extras.calibrated?.values ?? []
        unknown = extras.unknownTexts.map {
            UnknownText(feature: $0.feature, row: $0.row, text: $0.text)
        }
        if let decisions = extras.decisions { add(decisions) }
        if let explanations = extras.explanations {
            reasons = RecordedReasons(explanations, from: extras.baseline)
        }
    }

    private mutating func add(_ decisions: Decisions) {
        points = decisions.rows.map { Int32(clamping: $0.points) }
        bands = decisions.rows.map { UInt8(clamping: $0.band) }
        outcomes = decisions.rows.map(\.decision.recorded)
        guard !decisions.policy.rules.isEmpty else { return }
        rules = decisions.rows.map { row in
            row.rules.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
        }
    }
}

extension LoanModel.Decision {
    /// As the record has it.
    var recorded: UInt8 {
        switch self {
        case .approve: 0
        case .refer: 1
        case .decline: 2
        }
    }
}

extension RecordedReasons {
    fileprivate init(_ explanations: [Explanation?], from baseline: ScoringRows?) {
        let sums = explanations.map { $0?.sums }
        let width = sums.lazy.compactMap { $0?.all.count }.first ?? 0
        self.init(
            counts: sums.map { UInt32($0?.reasons.count ?? 0) },
            features: sums.flatMap { $0?.reasons.map { UInt32($0.feature) } ?? [] },
            contributions: sums.flatMap { $0?.reasons.map(\.sum) ?? [] },
            unit: sums.lazy.compactMap { $0?.unit }.first ?? 0
        )
        if explanations.contains(where: { $0?.classIndex != nil || $0 == nil }) {
            classes = explanations.map { explanation in
                explanation.map { UInt32($0.classIndex ?? 0) } ?? Self.unexplained
            }
        }
        if width > 0 {
            all = sums.flatMap { $0?.all ?? [Int64](repeating: 0, count: width) }
        }
        if case .raw(let numbers, let codes)? = baseline?.form {
            (baselineNumbers, baselineCodes) = (numbers, codes)
        }
    }
}
