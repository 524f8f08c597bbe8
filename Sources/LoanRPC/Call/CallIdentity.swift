// SPDX-License-Identifier: Apache-2.0

/// Which call some rows belong to: what a record or a choice between models needs to know.
package struct CallIdentity: Sendable, Equatable {
    /// The caller's id, as the call's metadata has it; empty where there is none. Not checked.
    package var id: String
    /// The server's own number of the call; 0 where nobody needs one.
    package var number: UInt64
    /// The first of the rows among those of the call. The batches of a stream count on.
    package var firstRow: Int

    /// An identity by its parts.
    package init(id: String = "", number: UInt64 = 0, firstRow: Int = 0) {
        self.id = id
        self.number = number
        self.firstRow = firstRow
    }

    /// The key of a call's metadata that holds its id.
    package static let metadataKey = "x-request-id"

    /// The same call from a later row on.
    func advanced(by rows: Int) -> CallIdentity {
        CallIdentity(id: id, number: number, firstRow: firstRow + rows)
    }
}

extension RequestHead {
    /// The caller's id; empty where there is none.
    var callerID: String {
        guard !metadata.isEmpty else { return "" }
        return metadata.first { $0.key == CallIdentity.metadataKey }?.value ?? ""
    }
}
