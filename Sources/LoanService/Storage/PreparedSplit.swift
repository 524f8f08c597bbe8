// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage

/// What the manifest of prepared data notes of how its rows were divided.
struct PreparedSplit: Equatable {
    /// The first of the rows to test with: applications as the table had them, of which no copy is
    /// among the rows to train on. Nil in data of releases that repeated rows before they divided
    /// them.
    let unseenTestRows: Int?

    private static let key = "test.unseen.rows"

    init(unseenTestRows: Int) { self.unseenTestRows = unseenTestRows }

    /// Reads the note; nil where it is there but no number of rows.
    init?(_ manifest: Manifest) {
        guard let text = manifest.metadata[Self.key] else {
            unseenTestRows = nil
            return
        }
        guard let rows = Int(text), rows > 0 else { return nil }
        unseenTestRows = rows
    }

    /// The note as the manifest stores it.
    var notes: [String: String] { unseenTestRows.map { [Self.key: "\($0)"] } ?? [:] }
}
