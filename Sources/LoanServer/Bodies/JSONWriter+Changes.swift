// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService

extension JSONWriter {
    /// Appends a list of `{"one": [...], "two": [...], "complete": true}`, null for a row that is
    /// approved.
    mutating func changes(_ rows: [RowChanges?], of model: ServedModel) {
        list(rows, open: "[", close: "]") { $0.changes($1, of: model) }
    }

    private mutating func changes(_ changes: RowChanges?, of model: ServedModel) {
        guard let changes else { return raw("null") }
        for (key, list) in [("{\"one\":", changes.one), (",\"two\":", changes.two)] {
            raw(key)
            self.list(list, open: "[", close: "]") { writer, change in
                let feature = model.features[change.feature]
                writer.raw(#"{"feature":"#)
                writer.string(feature.name)
                writer.raw(#","from":"#)
                writer.cell(change.from, of: feature)
                writer.raw(#","to":"#)
                writer.cell(change.to, of: feature)
                writer.raw(#","size":"#)
                writer.number(change.size)
                writer.raw("}")
            }
        }
        raw(#","complete":\#(changes.isComplete)}"#)
    }

    /// Appends a cell as a record has it; null where it is missing or unknown.
    private mutating func cell(_ cell: CellText.Cell, of feature: ServedModel.Feature) {
        switch (cell, feature.kind) {
        case (.number(let value), .number): number(value)
        case (.number(let value), .boolean): raw(value == 0 ? "false" : "true")
        case (.number(let value), .category): category(Int(exactly: value), of: feature)
        case (.code(let code), _): category(Int(code), of: feature)
        // Dates do not change.
        case (.number, .date): raw("null")
        }
    }

    private mutating func category(_ index: Int?, of feature: ServedModel.Feature) {
        guard let index, feature.categories.indices.contains(index) else { return raw("null") }
        string(feature.categories[index])
    }
}
