// SPDX-License-Identifier: Apache-2.0

/// The raw columns of a batch, in the order of the fields of PredictRequest.
public enum ApplicationColumn: Int, Sendable, CaseIterable {
    case personAge
    case personIncome
    case personHomeOwnership
    case personEmpLength
    case loanIntent
    case loanGrade
    case loanAmnt
    case loanIntRate
    case loanPercentIncome
    case cbPersonDefaultOnFile
    case cbPersonCredHistLength

    /// The columns of numbers, in order: float32 on the wire.
    public static let numbers: [ApplicationColumn] = [
        .personAge, .personIncome, .personEmpLength, .loanAmnt, .loanIntRate,
        .loanPercentIncome, .cbPersonCredHistLength,
    ]
    /// The columns of category codes, in order: one byte on the wire.
    public static let categories: [ApplicationColumn] = [
        .personHomeOwnership, .loanIntent, .loanGrade, .cbPersonDefaultOnFile,
    ]

    /// How many columns there are.
    package static let count = 11
    /// The field number of the first column; the others follow.
    package static let firstField: UInt32 = 16

    /// Whether the column holds category codes.
    public var isCategory: Bool {
        switch self {
        case .personHomeOwnership, .loanIntent, .loanGrade, .cbPersonDefaultOnFile: true
        default: false
        }
    }

    /// Bytes of one value.
    package var width: Int { isCategory ? 1 : 4 }

    /// The number of PredictRequest's field.
    public var field: UInt32 { Self.firstField + UInt32(rawValue) }

    /// The column's name in the data.
    public var name: String {
        switch self {
        case .personAge: "person_age"
        case .personIncome: "person_income"
        case .personHomeOwnership: "person_home_ownership"
        case .personEmpLength: "person_emp_length"
        case .loanIntent: "loan_intent"
        case .loanGrade: "loan_grade"
        case .loanAmnt: "loan_amnt"
        case .loanIntRate: "loan_int_rate"
        case .loanPercentIncome: "loan_percent_income"
        case .cbPersonDefaultOnFile: "cb_person_default_on_file"
        case .cbPersonCredHistLength: "cb_person_cred_hist_length"
        }
    }
}
