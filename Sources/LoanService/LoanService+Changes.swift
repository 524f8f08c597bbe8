// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// What would have to be otherwise for a record to be approved.
extension LoanService {
    /// Looks for the smallest changes of each row with which the policy of the model approves it.
    /// Takes up to some tenths of a second of one processor a row.
    /// - Returns: an element for each row; nil for one that is approved as it is.
    /// - Throws: `.invalid` for too many rows, `.busy` where too many searches wait.
    /// - Precondition: `checkChangeable` has accepted the model.
    package func changes(
        of rows: CodedApplications,
        by model: ServedModel
    ) async throws(ServiceError) -> [RowChanges?] {
        try Self.checkChangeableRows(rows.rowCount)
        return try await searches.withPlace { () throws(ServiceError) in
            try await onOwnThread(named: "changes") { () throws(ServiceError) in
                Self.changes(of: rows, by: model)
            }
        }
    }

    /// The same on the calling thread, for commands.
    package static func changes(
        of rows: CodedApplications,
        by model: ServedModel
    ) -> [RowChanges?] {
        let search = ChangeSearch(model)
        return (0..<rows.rowCount).map { search.changes(of: RawRow($0, of: rows)) }
    }

    /// Checks the number of rows whose changes are looked for.
    package static func checkChangeableRows(_ count: Int) throws(ServiceError) {
        guard count <= ChangeLimits.rowsMax else {
            throw .invalid([
                FieldProblem(
                    location: [],
                    message: "changes are looked for in at most \(ChangeLimits.rowsMax) rows "
                        + "a call, and these are \(count)",
                    kind: .tooManyItems
                )
            ])
        }
    }
}
