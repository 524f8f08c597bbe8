// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

extension ServiceError {
    /// A table that cannot be read; the error names row and column, never a cell.
    static func invalid(_ input: RequestInput, _ error: CSVError) -> ServiceError {
        .invalid(input, error.description, kind: .table)
    }
}
