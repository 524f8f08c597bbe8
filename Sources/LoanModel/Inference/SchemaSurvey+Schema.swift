// SPDX-License-Identifier: Apache-2.0

extension SchemaSurvey {
    /// The schema of the table that was read.
    /// - Parameters:
    ///   - choice: its label.
    ///   - marks: columns that say more of rows: they are no features.
    ///   - threadCount: threads to look at the columns on.
    /// - Throws: `SchemaInferenceError`.
    package func schema(
        label choice: LabelChoice,
        marks: MarkedColumns = MarkedColumns(),
        threadCount: Int = 1
    ) throws(SchemaInferenceError) -> InferredSchema {
        let names = columns.map(\.name)
        guard let place = names.firstIndex(of: choice.column) else {
            throw .noLabel(
                column: choice.column,
                nearest: NearestNames.find(choice.column, among: names)
            )
        }
        let marked = try Self.marked(marks, among: names, label: choice.column)
        guard rowCount > 0 else { throw .noRows }
        let label = try InferredLabel(columns[place], choice)
        let sampledLabels = label.values.areClasses ? label.read(sample[place]) : nil
        let findings = OrderedWork.run(
            count: columns.count,
            threadCount: threadCount,
            state: [ColumnFinding](),
            make: { index in
                if index == place { return label.finding }
                return marked[names[index]].map { ColumnFinding(marked: names[index], $0) }
                    ?? finding(index, sampledLabels)
            },
            use: { findings, _, finding in findings.append(finding) }
        )
        return InferredSchema(
            schema: try Self.schema(findings, label, marks),
            findings: findings,
            rowCount: rowCount
        )
    }

    /// What the columns are for that say more of rows.
    private static func marked(
        _ marks: MarkedColumns,
        among names: [String],
        label: String
    ) throws(SchemaInferenceError) -> [String: String] {
        var words: [String: [String]] = [:]
        for (name, mark) in marks.all {
            guard names.contains(name) else {
                throw .noColumn(name, nearest: NearestNames.find(name, among: names))
            }
            guard name != label else { throw .markedLabel(name) }
            words[name, default: []].append(mark.sentence)
        }
        return words.mapValues { $0.joined(separator: ", ") }
    }

    /// What a column is that is not the label.
    /// - Parameter labels: of the kept rows, where they are classes.
    private func finding(_ index: Int, _ labels: [Float]?) -> ColumnFinding {
        var finding = ColumnFinding(columns[index], rowCount: rowCount)
        guard let labels, case .feature = finding.use else { return finding }
        let area = LeakTest.area(
            sample[index],
            areCodes: columns[index].textCount > 0,
            labels: labels
        )
        if area > LeakTest.areaMax {
            finding.warning =
                "alone it tells the labels apart almost always (AUC "
                + "\(Double(Int(area * 10_000)) / 10_000)); it may give them away"
        }
        return finding
    }

    private static func schema(
        _ findings: [ColumnFinding],
        _ label: InferredLabel,
        _ marks: MarkedColumns
    ) throws(SchemaInferenceError) -> TableSchema {
        var features: [Feature] = []
        var roles = ColumnRoles()
        roles.time = marks.time
        roles.group = marks.group
        roles.protected = marks.protected
        for finding in findings {
            switch finding.use {
            case .label, .marked: break
            case .feature(let preparation):
                features.append(Feature(finding.name, preparation, .none))
            case .ignored: if !finding.name.isEmpty { roles.ignored.append(finding.name) }
            }
        }
        guard !features.isEmpty else { throw .noFeatures }
        guard features.count <= TableLimits.featureCountMax else {
            throw .tooManyColumns(limit: TableLimits.featureCountMax)
        }
        return TableSchema(
            features: features,
            label: label.finding.name,
            labelValues: label.values,
            leavesOutUnlabeled: true,
            labelPosition: features.count,
            roles: roles
        )
    }
}

extension ColumnFinding {
    /// A column that says more of rows.
    fileprivate init(marked name: String, _ reason: String) {
        self.init(name: name, use: .marked, reason: reason, warning: nil)
    }
}

/// What the label column of a table holds.
private struct InferredLabel {
    let values: LabelValues
    let finding: ColumnFinding
    /// The number of each code of a text, and of each number, where labels are classes.
    private let texts: [String]
    private let positive: String

    init(_ survey: ColumnSurvey, _ choice: LabelChoice) throws(SchemaInferenceError) {
        let found = survey.numbers.sorted().map(Self.text) + survey.texts
        guard found.count > 1 || survey.hasManyNumbers else {
            throw .oneValue(column: survey.name)
        }
        values = try Self.values(survey, choice, found)
        texts = survey.texts
        switch values {
        case .classes(let positive, _): self.positive = positive
        case .boolean, .number: positive = ""
        }
        let missing = survey.missingCount
        finding = ColumnFinding(
            name: survey.name,
            use: .label,
            reason: Self.words(values)
                + (missing > 0 ? ", \(missing) rows without one are left out" : ""),
            warning: nil
        )
    }

    /// Labels of kept cells: 0, 1, or NaN for none.
    func read(_ cells: [Float]) -> [Float] {
        let codes = texts.map { text -> Float in
            guard values == .boolean else { return text == positive ? 1 : 0 }
            return BooleanText.read(text) == .value(true) ? 1 : 0
        }
        guard codes.isEmpty else { return cells.map { $0.isNaN ? .nan : codes[Int($0)] } }
        let one = Double(positive) ?? 1
        return cells.map { $0.isNaN ? .nan : Double($0) == one ? 1 : 0 }
    }

    private static func values(
        _ survey: ColumnSurvey,
        _ choice: LabelChoice,
        _ found: [String]
    ) throws(SchemaInferenceError) -> LabelValues {
        if let wanted = choice.positive {
            let number = Double(wanted)
            let isWanted: (String) -> Bool = { text in
                text == wanted || (number != nil && Double(text) == number)
            }
            guard found.contains(where: isWanted) else {
                throw .noPositive(column: survey.name, value: wanted, found: found)
            }
            let others = found.filter { !isWanted($0) }
            guard others.count == 1, !survey.hasManyNumbers else {
                throw .manyNegatives(column: survey.name, value: wanted, found: others)
            }
            return .classes(positive: wanted, negative: others[0])
        }
        if survey.textCount == 0 {
            if found == ["0", "1"] { return .zeroOrOne }
            guard found.count > 2 || survey.hasManyNumbers else {
                throw .ambiguous(column: survey.name, found: found)
            }
            return .number
        }
        guard survey.booleanCount == survey.knownCount else {
            throw .ambiguous(column: survey.name, found: found)
        }
        return .boolean
    }

    private static func text(_ number: Double) -> String {
        number == number.rounded() && number.magnitude < 1e15 ? "\(Int(number))" : "\(number)"
    }

    private static func words(_ values: LabelValues) -> String {
        switch values {
        case .classes(let positive, let negative): "\(positive) is 1, \(negative ?? "others") 0"
        case .boolean: "true and yes are 1, false and no 0"
        case .number: "numbers to predict"
        }
    }
}
