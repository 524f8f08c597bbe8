// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

extension PredictMessage {
    /// Walks a message and checks it.
    init(checking bytes: RawSpan, _ limits: RPCLimits) throws(RPCStatus) {
        do throws(MessageError) {
            self = try PredictMessage(walking: bytes, fieldsMax: limits.predictFieldsMax)
        } catch {
            throw error.status
        }
        try validate(in: bytes, limits: limits)
    }

    /// Checks everything that can be known without a model, before memory is taken by its numbers.
    package func validate(in bytes: RawSpan, limits: RPCLimits) throws(RPCStatus) {
        guard isModelName(bytes) else {
            throw ModelNameRule.refusal
        }
        guard rows >= 1, rows <= limits.rowsMax else {
            throw RPCStatus(.invalidArgument, "rows: \(rows) is not in 1...\(limits.rowsMax)")
        }
        guard PredictOutputs(rawValue: outputs).isSubset(of: .all) else {
            throw RPCStatus(.invalidArgument, "outputs: \(outputs) has an unknown bit")
        }
        let explainedMax = PredictOutputs.explainedRowsMax
        guard !PredictOutputs(rawValue: outputs).explains || rows <= explainedMax else {
            throw RPCStatus(
                .invalidArgument,
                "rows: \(rows) is not in 1...\(explainedMax), which is the limit where outputs ask "
                    + "for contributions"
            )
        }
        try validateBaseline(limits)
        if isPrepared {
            try validatePrepared(limits)
        } else if namedColumnCount > 0 {
            try validateNamedColumns(in: bytes, limits)
        } else {
            try validateColumns()
        }
    }

    private func isModelName(_ bytes: RawSpan) -> Bool {
        guard (1...RPCLimits.modelNameBytesMax).contains(Int(model.count)) else { return false }
        let start = Int(model.start)
        guard bytes.byte(at: start) != UInt8(ascii: ".") else { return false }
        for offset in model.range where !ModelNameRule.isAllowed(bytes.byte(at: offset)) {
            return false
        }
        return true
    }

    private func validateBaseline(_ limits: RPCLimits) throws(RPCStatus) {
        let count = Int(baseline.count)
        guard count > 0 else { return }
        guard count <= limits.baselineBytesMax else {
            throw RPCStatus(
                .invalidArgument,
                "baseline: \(count) bytes are above the limit of \(limits.baselineBytesMax)"
            )
        }
        guard PredictOutputs(rawValue: outputs).explains else {
            throw RPCStatus(
                .invalidArgument,
                "baseline is what contributions start from: ask for these by outputs"
            )
        }
    }

    private func validatePrepared(_ limits: RPCLimits) throws(RPCStatus) {
        guard features >= 1, features <= limits.preparedFeaturesMax else {
            throw RPCStatus(
                .invalidArgument,
                "features: \(features) is not in 1...\(limits.preparedFeaturesMax)"
            )
        }
        // Two factors below 2^32 fit an Int; the third may not, where limits are set high.
        let (expected, overflow) = (Int(rows) * Int(features)).multipliedReportingOverflow(by: 4)
        guard !overflow, Int(prepared.count) == expected else {
            throw RPCStatus(
                .invalidArgument,
                "prepared: \(prepared.count) bytes, not rows x features x 4 = \(expected)"
            )
        }
        try refuseApplicationColumns("goes with no prepared matrix")
        guard namedColumnCount == 0 else {
            throw RPCStatus(.invalidArgument, "columns go with no prepared matrix")
        }
    }

    private func refuseApplicationColumns(_ reason: String) throws(RPCStatus) {
        for column in ApplicationColumn.allCases where columns[column.rawValue].count > 0 {
            throw RPCStatus(.invalidArgument, "\(column.name) \(reason)")
        }
    }

    private func validateNamedColumns(
        in bytes: RawSpan,
        _ limits: RPCLimits
    ) throws(RPCStatus) {
        guard namedColumnCount <= limits.columnsMax else {
            throw RPCStatus(
                .invalidArgument,
                "columns: \(namedColumnCount) are above the limit of \(limits.columnsMax)"
            )
        }
        try refuseApplicationColumns("goes with no columns by name")
        let rowCount = Int(rows)
        var textBytes = 0
        try forEachNamedColumn(in: bytes, limits: limits, refusal: { $0.status }) {
            (column) throws(RPCStatus) in
            try column.validate(in: bytes, rowCount: rowCount, limits: limits)
            textBytes += column.textBytes
        }
        guard textBytes <= limits.dictionaryBytesMax else {
            throw RPCStatus(
                .invalidArgument,
                "columns: the dictionaries have \(textBytes) bytes; at most "
                    + "\(limits.dictionaryBytesMax) are allowed"
            )
        }
    }

    private func validateColumns() throws(RPCStatus) {
        for column in ApplicationColumn.allCases {
            let expected = Int(rows) * column.width
            let count = Int(columns[column.rawValue].count)
            guard count == expected else {
                throw RPCStatus(
                    .invalidArgument,
                    count == 0
                        ? "\(column.name) is missing"
                        : "\(column.name): \(count) bytes, not rows x \(column.width) = \(expected)"
                )
            }
        }
    }
}
