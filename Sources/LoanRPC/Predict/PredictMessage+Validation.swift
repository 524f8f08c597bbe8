// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

extension PredictMessage {
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
        if isPrepared {
            try validatePrepared(limits)
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
        for column in ApplicationColumn.allCases where columns[column.rawValue].count > 0 {
            throw RPCStatus(.invalidArgument, "\(column.name) goes with no prepared matrix")
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
