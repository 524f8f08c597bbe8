// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService
internal import ModelValidation

extension RowDivision {
    /// The fields `split`, `test_share`, `calibration_share` and `stopping_share` of `POST /data`;
    /// nil where none of them is there.
    init?(_ reader: inout FieldReader) {
        let fields: [RequestField] = [.split, .testShare, .calibrationShare, .stoppingShare]
        guard fields.contains(where: { reader.raw($0) != nil }) else { return nil }
        let rule = reader.choice(.split, default: Rule.rows)
        let test = reader.share(.testShare, default: SplitShares.quarter.test)
        let calibration = reader.share(.calibrationShare, default: 0)
        let stopping = reader.share(.stoppingShare, default: 0)
        do throws(SplitError) {
            let shares = try SplitShares(stopping: stopping, calibration: calibration, test: test)
            self.init(rule, shares)
        } catch {
            let problem = "cannot be made: \(error)"
            reader.report(FieldProblem(field: .split, problem, kind: .outOfRange))
            return nil
        }
    }
}

extension MarkedColumns {
    /// The fields `time`, `group` and `protected` of `POST /data`.
    init(_ reader: inout FieldReader) {
        self.init()
        time = reader.optionalText(.time)
        group = reader.optionalText(.group)
        protected = reader.names(.protected)
    }
}

extension FieldReader {
    /// A share of rows.
    fileprivate mutating func share(_ field: RequestField, default fallback: Double) -> Double {
        switch raw(field) {
        case nil: return fallback
        case .number(let number)? where number.value >= 0 && number.value < 1: return number.value
        case .number?:
            report(
                FieldProblem(field: field, "must be at least 0 and less than 1", kind: .outOfRange)
            )
        case .null?: report(.null(field))
        default: report(FieldProblem(field: field, "must be a number", kind: .notNumber))
        }
        return fallback
    }

    /// A list of names.
    fileprivate mutating func names(_ field: RequestField) -> [String] {
        switch raw(field) {
        case nil: return []
        case .null?: report(.null(field))
        case .array(let values)?:
            let names = values.compactMap(\.text)
            if names.count == values.count { return names }
            report(FieldProblem(field: field, "must hold texts alone", kind: .notText))
        default: report(FieldProblem(field: field, "must be a list of names", kind: .notList))
        }
        return []
    }
}
