// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanRPC
internal import LoanService
internal import ModelValidation

extension PrepareDataMessage {
    /// How rows are divided; nil for the documented way.
    func division() throws(RPCStatus) -> RowDivision? {
        guard let split else { return nil }
        let rule: RowDivision.Rule =
            switch split.rule {
            case .unspecified, .rows: .rows
            case .group: .group
            case .time: .time
            }
        do throws(SplitError) {
            let shares = try SplitShares(
                stopping: split.stoppingShare,
                calibration: split.calibrationShare,
                test: split.testShare ?? SplitShares.quarter.test
            )
            return RowDivision(rule, shares)
        } catch {
            throw RPCStatus(.invalidArgument, "split: cannot be made: \(error)")
        }
    }

    /// The columns that say more of rows.
    var markedColumns: MarkedColumns {
        var columns = MarkedColumns()
        columns.time = time.isEmpty ? nil : time
        columns.group = group.isEmpty ? nil : group
        columns.protected = protectedColumns
        return columns
    }
}

extension DataPartMessage {
    init(_ part: DataFacts.Part) {
        self.init()
        self.part = part.part.rawValue
        rows = UInt64(part.rowCount)
        sourceRows = UInt64(part.sourceRowCount)
        firstTime = part.times?.first ?? ""
        lastTime = part.times?.last ?? ""
    }
}
