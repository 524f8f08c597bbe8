// SPDX-License-Identifier: Apache-2.0

extension PredictMessage {
    /// Checks everything that can be known without a model, before memory is taken by its numbers.
    package func validate(in bytes: RawSpan, limits: RPCLimits) throws(RPCStatus) {
        guard isModelName(bytes) else {
            throw RPCStatus(
                .invalidArgument,
                "model: 1 to \(RPCLimits.modelNameBytesMax) of A-Z a-z 0-9 . _ - and no leading dot"
            )
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

    /// Bytes of the response's message at most, and exactly but for the length of varints.
    package var responseBytesMax: Int {
        let wanted = PredictOutputs(rawValue: outputs)
        let perRow =
            5 + (wanted.contains(.margins) ? 4 : 0)
            + (wanted.contains(.reasonCodes) ? PredictOutputs.reasonCodesPerRow : 0)
        return Int(rows) * perRow + 48
    }

    private func isModelName(_ bytes: RawSpan) -> Bool {
        guard (1...RPCLimits.modelNameBytesMax).contains(Int(model.count)) else { return false }
        let start = Int(model.start)
        guard bytes.byte(at: start) != UInt8(ascii: ".") else { return false }
        for offset in model.range where !Self.isModelNameByte(bytes.byte(at: offset)) {
            return false
        }
        return true
    }

    private static func isModelNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
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
