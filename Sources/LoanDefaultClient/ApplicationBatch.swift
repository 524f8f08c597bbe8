// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC

/// A column of numbers, by its name in the data.
public enum NumberColumn: String, Sendable, CaseIterable {
    /// Years.
    case personAge = "person_age"
    /// A year's income.
    case personIncome = "person_income"
    /// Years of employment.
    case personEmpLength = "person_emp_length"
    /// The amount of the loan.
    case loanAmnt = "loan_amnt"
    /// The interest rate in percent.
    case loanIntRate = "loan_int_rate"
    /// The amount as a share of a year's income.
    case loanPercentIncome = "loan_percent_income"
    /// Years since the first credit.
    case cbPersonCredHistLength = "cb_person_cred_hist_length"
}

/// A column of categories, by its name in the data.
public enum CategoricalColumn: String, Sendable, CaseIterable {
    /// How the applicant lives: rent, mortgage, own home.
    case personHomeOwnership = "person_home_ownership"
    /// What the loan is for.
    case loanIntent = "loan_intent"
    /// The grade of the loan.
    case loanGrade = "loan_grade"
    /// Whether the applicant has defaulted before.
    case cbPersonDefaultOnFile = "cb_person_default_on_file"
}

/// Loan applications to score, column by column.
public struct ApplicationBatch: Sendable, Equatable {
    /// The most rows that a server takes in one batch, unless it is configured to less.
    public static let rowCountMax = 65_536

    private var columns: LoanRPC.ApplicationColumns

    /// A batch whose values are all missing.
    public init(rowCount: Int) {
        precondition(rowCount >= 0, "a batch has no negative number of rows")
        columns = LoanRPC.ApplicationColumns(rowCount: rowCount)
    }

    /// The number of applications.
    public var rowCount: Int { columns.rowCount }

    /// The values of a column, one for each row; NaN is missing.
    public subscript(_ column: NumberColumn) -> [Float] {
        get { Array(columns.numbers[columns.range(of: column.ofRPC)]) }
        set {
            precondition(newValue.count == rowCount, "a column has one value for each row")
            columns.numbers.replaceSubrange(columns.range(of: column.ofRPC), with: newValue)
        }
    }

    /// The codes of a column, one for each row; `ModelVocabulary` has the codes of categories.
    public subscript(_ column: CategoricalColumn) -> [UInt8] {
        get { Array(columns.codes[columns.range(of: column.ofRPC)]) }
        set {
            precondition(newValue.count == rowCount, "a column has one code for each row")
            columns.codes.replaceSubrange(columns.range(of: column.ofRPC), with: newValue)
        }
    }

    func request(_ model: String, _ outputs: PredictOutputs) -> PredictRequest {
        PredictRequest(model: model, rows: .applications(columns), outputs: outputs)
    }
}

extension NumberColumn {
    var ofRPC: ApplicationColumn {
        switch self {
        case .personAge: .personAge
        case .personIncome: .personIncome
        case .personEmpLength: .personEmpLength
        case .loanAmnt: .loanAmnt
        case .loanIntRate: .loanIntRate
        case .loanPercentIncome: .loanPercentIncome
        case .cbPersonCredHistLength: .cbPersonCredHistLength
        }
    }
}

extension CategoricalColumn {
    var ofRPC: ApplicationColumn {
        switch self {
        case .personHomeOwnership: .personHomeOwnership
        case .loanIntent: .loanIntent
        case .loanGrade: .loanGrade
        case .cbPersonDefaultOnFile: .cbPersonDefaultOnFile
        }
    }
}
