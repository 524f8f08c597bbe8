// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanServer
internal import LoanService

/// What `predict` says on the reasons of scores: columns after those of the predictions, and a
/// matrix of all contributions.
struct ReasonColumns {
    private let model: ServedModel
    private let request: ReasonRequest?
    private let keepsContributions: Bool
    private let reference: ScoringRows?
    /// Contributions of all rows so far, a base value after those of each margin.
    private(set) var contributions: [Float] = []
    private(set) var rowCount = 0

    /// - Parameters:
    ///   - reasons: the most of a row; nil where no columns are wanted.
    ///   - keepsContributions: whether the matrix is wanted.
    ///   - baseline: the record that contributions start from; nil for the mean over the training.
    /// - Throws: `.invalid` for a model whose scores have no reasons, or a record that is none of
    ///   the model's.
    init(
        _ model: ServedModel,
        reasons: Int?,
        keepsContributions: Bool,
        baseline: BaselineRecord?
    ) throws(ServiceError) {
        if reasons != nil { try model.checkReasons() }
        self.model = model
        self.keepsContributions = keepsContributions
        reference = try baseline?.row(of: model)
        request = reasons.map { ReasonRequest(count: $0) }
    }

    /// Values of a row of the matrix.
    var contributionsPerRow: Int {
        model.outputCount * (model.featureCount(by: .features) + 1)
    }

    /// The first line, with a code and a contribution for each reason.
    func header(_ line: [UInt8]) -> [UInt8] {
        let names = (0..<(request?.count ?? 0)).flatMap {
            ["reason_\($0 + 1)", "contribution_\($0 + 1)"]
        }
        return Self.lines(line, [names])
    }

    /// The lines of some rows, with their reasons.
    mutating func lines(_ lines: [UInt8], of rows: CodedApplications) throws -> [UInt8] {
        guard rows.rowCount > 0, request != nil || keepsContributions else { return lines }
        let batch = ScoringRows(rows)
        let all = try model.contributions(
            of: batch,
            rows: 0..<batch.rowCount,
            by: .features,
            from: reference
        )
        if keepsContributions {
            contributions += all.values
            rowCount += all.rowCount
        }
        guard let request else { return lines }
        let classes =
            model.prediction.hasClasses
            ? Predictions(model, model.probabilities(of: rows)).labels : nil
        let explanations = model.explanations(all, of: batch, classes: classes, request)
        let cells = explanations.map { explanation in
            (0..<request.count).flatMap { index -> [String] in
                guard explanation.reasons.indices.contains(index) else { return ["", ""] }
                let reason = explanation.reasons[index]
                return [reason.code, "\(reason.contribution)"]
            }
        }
        return Self.lines(lines, cells)
    }

    /// Appends cells to lines; codes have neither commas nor quotes.
    private static func lines(_ lines: [UInt8], _ cells: [[String]]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(lines.count + cells.count * 32)
        for (line, cells) in zip(lines.split(separator: UInt8(ascii: "\n")), cells) {
            text += line
            for cell in cells { text.append(contentsOf: ",\(cell)".utf8) }
            text.append(UInt8(ascii: "\n"))
        }
        return text
    }
}
