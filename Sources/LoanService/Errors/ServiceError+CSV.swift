// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

extension ServiceError {
    /// A table that cannot be read; the error names row and column, never a cell.
    static func invalid(_ field: RequestField, _ error: CSVError) -> ServiceError {
        .invalid(field, error.description, kind: "value_error.csv")
    }
}
