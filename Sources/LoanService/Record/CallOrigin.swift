// SPDX-License-Identifier: Apache-2.0

/// Where rows come from that are answered.
package struct CallOrigin: Sendable {
    /// The id of the call.
    package let id: CallID
    /// How it has come.
    package let transport: CallTransport
    /// The name of the model that answers.
    package let model: String
    /// The first of the rows among those of the call.
    package let firstRow: Int

    /// An origin by its parts.
    package init(id: CallID, transport: CallTransport, model: String, firstRow: Int = 0) {
        self.id = id
        self.transport = transport
        self.model = model
        self.firstRow = firstRow
    }
}
