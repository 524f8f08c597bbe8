// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// What says how a table is prepared.
package enum DataSchema: Sendable {
    /// Nothing: its columns are the documented ones.
    case documented
    /// A schema that came with the request.
    case given(TableSchema)
    /// A schema document in storage.
    case stored(StorageLocation)
    /// The table itself, of which this is the label.
    case inferred(LabelChoice)

    /// Whether the schema says what noise repeated rows get.
    var hasNoise: Bool {
        switch self {
        case .documented: true
        case .given, .stored, .inferred: false
        }
    }
}
