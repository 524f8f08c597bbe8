// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanService

extension FuzzTarget {
    /// A schema document; where the first byte is odd, a table that shows its schema. What is read
    /// is written and read again as the same.
    static let schema = FuzzTarget(
        name: "schema",
        seeds: {
            [[0] + Array(SchemaSeed.document.utf8), [1] + Array(SchemaSeed.table.utf8)]
        },
        run: { bytes in
            var input = FuzzInput(bytes)
            let isTable = input.byte() % 2 == 1
            let rest = Array(input.rest)
            guard let schema = isTable ? shown(rest) : read(rest) else { return nil }
            let text = Array(SchemaDocument.text(schema).utf8)
            return read(text) == schema ? nil : "a schema is not read as it was written"
        }
    )

    private static func read(_ bytes: [UInt8]) -> TableSchema? {
        accepted { () throws(SchemaDocumentError) in try SchemaDocument.read(bytes) }
    }

    private static func shown(_ bytes: [UInt8]) -> TableSchema? {
        var survey = SchemaSurvey()
        let isRead: Void? = accepted { () throws(CSVError) in
            try survey.append(bytes.span)
            try survey.finish()
        }
        guard isRead != nil else { return nil }
        return accepted { () throws(SchemaInferenceError) in
            try survey.schema(label: LabelChoice(column: "y"))
        }?.schema
    }
}

/// A schema with every key, and a table.
enum SchemaSeed {
    static let document = """
        {"label": {"column": "y", "positive": "bad", "negative": "good", "missing": "refuse"},
         "features": [
          {"column": "a", "kind": "number", "missing": "median", "transform": "yeo-johnson"},
          {"column": "b", "kind": "number", "missing": -1.5},
          {"column": "c", "kind": "category", "encoding": "ordinal", "order": ["low", "high"]},
          {"column": "d", "kind": "category", "encoding": "native"},
          {"column": "e", "kind": "boolean", "missing": 0},
          {"column": "f", "kind": "date", "parts": ["days", "weekday"]}],
         "ignore": ["id"], "time": "f", "group": "id", "protected": ["a"],
         "prepared_order": ["f", "e", "d", "c", "b", "a"]}
        """

    static let table = (0..<24).reduce("a,b,c,d,e,y\n") { text, row in
        text + "\(row % 5).5,w\(row % 3),yes,2024-02-1\(row % 10),\(row * row),\(row % 2)\n"
    }
}
