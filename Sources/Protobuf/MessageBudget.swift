// SPDX-License-Identifier: Apache-2.0

/// What decoding one message may take, by where its bytes come from.
package struct MessageBudget: Sendable {
    /// Bytes in addition to those that go by the message's length.
    package static let base = 64 << 10

    /// Bytes for each byte of the message.
    private let bytesPerByte: Int
    /// Fields of one message, known and unknown.
    let fieldsMax: Int

    /// A message from a peer. A legitimate one needs 1.0 times its length.
    package static let wire = MessageBudget(bytesPerByte: 2, fieldsMax: 65_536)

    /// A batch whose columns are carried by name, each a message of its own: one of 9 bytes takes
    /// 144, and a text of its dictionary of 2 takes 32.
    package static let columns = MessageBudget(bytesPerByte: 24, fieldsMax: 65_536)

    /// A stored message, whose checksum is right. Of its many short texts, protobuf-c notes the
    /// place, and each is pointed at, terminated and aligned: a name of 8 letters takes 64 to 96
    /// bytes for 10. The number of fields is bounded by their memory.
    package static let stored = MessageBudget(bytesPerByte: 12, fieldsMax: .max)

    /// The most memory for a message of a length, both in bytes.
    func bytesMax(length: Int) -> Int {
        // Every reader bounds its messages by 64 MiB or less: this cannot overflow.
        bytesPerByte * length + Self.base
    }
}
