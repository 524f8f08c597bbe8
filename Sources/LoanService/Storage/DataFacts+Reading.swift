// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import ModelValidation

extension DataFacts {
    /// Reads a document that a data preparation stored; nil where it is not one.
    package init?(document: [UInt8]) {
        guard let object = try? JSONParser.parse(document).object,
            let source = Source(object["source"]?.object),
            let division = RowDivision(object),
            let seed = object["seed"]?.text.flatMap({ UInt64($0) }),
            case .bool(let isExpanded)? = object["expanded"],
            let parts = object.list("parts", Part.init),
            let duplicates = object.list("duplicates", SplitDuplicates.Pair.init),
            let protectedColumns = object.texts("protected"),
            let features = object.list("features", FeatureFacts.init)
        else { return nil }
        self.init(
            source: source,
            division: division,
            column: object["column"]?.text,
            seed: seed,
            isExpanded: isExpanded,
            parts: parts,
            duplicates: duplicates,
            protectedColumns: protectedColumns,
            features: features
        )
    }
}

extension DataFacts.Source {
    fileprivate init?(_ object: JSONObject?) {
        guard let object, let digest = object["sha256"]?.text, let rowCount = object.count("rows"),
            let repeatedCount = object.count("repeated")
        else { return nil }
        self.init(digest: digest, rowCount: rowCount, repeatedCount: repeatedCount)
    }
}

extension DataFacts.Part {
    fileprivate init?(_ object: JSONObject) {
        guard let part = object.part("part"), let rowCount = object.count("rows"),
            let sourceRowCount = object.count("source_rows")
        else { return nil }
        var times: DataFacts.Times?
        if let first = object["first"]?.text, let last = object["last"]?.text {
            times = DataFacts.Times(first: first, last: last)
        }
        self.init(part: part, rowCount: rowCount, sourceRowCount: sourceRowCount, times: times)
    }
}

extension RowDivision {
    fileprivate init?(_ object: JSONObject) {
        guard let rule = object["split"]?.text.flatMap({ Rule(rawValue: $0) }),
            let stopping = object.number("stopping_share"),
            let calibration = object.number("calibration_share"),
            let test = object.number("test_share"),
            let shares = try? SplitShares(stopping: stopping, calibration: calibration, test: test)
        else { return nil }
        self.init(rule, shares)
    }
}

extension SplitDuplicates.Pair {
    fileprivate init?(_ object: JSONObject) {
        guard let part = object.part("part"), let earlier = object.part("equal_to"),
            let rowCount = object.count("rows")
        else { return nil }
        self.init(part: part, earlier: earlier, rowCount: rowCount)
    }
}

extension FeatureFacts {
    fileprivate init?(_ object: JSONObject) {
        guard let name = object["column"]?.text, let missingCount = object.count("missing"),
            let values = Values(object)
        else { return nil }
        self.init(name: name, values: values, missingCount: missingCount)
    }
}

extension FeatureFacts.Values {
    fileprivate init?(_ object: JSONObject) {
        switch object["kind"]?.text {
        case "number": self = .numbers(object.range { object.number($0) })
        case "date":
            self = .dates(
                object.range { key in
                    guard let text = object[key]?.text, case .days(let days) = DateText.read(text)
                    else { return nil }
                    return Double(days)
                }
            )
        case "boolean":
            guard let trueCount = object.count("true") else { return nil }
            self = .booleans(trueCount: trueCount)
        case "category":
            guard let count = object.count("categories") else { return nil }
            self = .categories(count: count)
        default: return nil
        }
    }
}

extension JSONObject {
    fileprivate func number(_ key: String) -> Double? {
        guard case .number(let number)? = self[key] else { return nil }
        return number.value
    }

    fileprivate func count(_ key: String) -> Int? {
        number(key).flatMap { Int(exactly: $0) }.flatMap { $0 >= 0 ? $0 : nil }
    }

    fileprivate func part(_ key: String) -> SplitPart? {
        self[key]?.text.flatMap { SplitPart(rawValue: $0) }
    }

    fileprivate func texts(_ key: String) -> [String]? {
        guard case .array(let values)? = self[key] else { return nil }
        let texts = values.compactMap(\.text)
        return texts.count == values.count ? texts : nil
    }

    fileprivate func range(_ value: (String) -> Double?) -> ClosedRange<Double>? {
        guard let minimum = value("minimum"), let maximum = value("maximum"), minimum <= maximum
        else { return nil }
        return minimum...maximum
    }

    /// The objects of a list; nil where one cannot be read.
    fileprivate func list<Element>(
        _ key: String,
        _ read: (JSONObject) -> Element?
    ) -> [Element]? {
        guard case .array(let values)? = self[key] else { return nil }
        let elements = values.compactMap { $0.object.flatMap(read) }
        return elements.count == values.count ? elements : nil
    }
}
