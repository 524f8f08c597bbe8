// SPDX-License-Identifier: Apache-2.0

/// The header fields of a request or an answer, pseudo-header fields included.
package struct HTTP2Fields: Sendable {
    /// What many requests of a connection have in common: all bytes in one piece, and where the
    /// fields lie in them.
    package final class Shared: Sendable {
        /// All names and values.
        package let bytes: [UInt8]
        /// Where each name and each value ends, in turn.
        let ends: [Int32]
        /// Whether more was sent than is kept.
        package let isTooLarge: Bool

        init(_ bytes: [UInt8] = [], _ ends: [Int32] = [], isTooLarge: Bool = false) {
            self.bytes = bytes
            self.ends = ends
            self.isTooLarge = isTooLarge
        }
    }

    /// Where one field lies in the bytes.
    package struct Position: Sendable {
        /// Its name, in lower case.
        package let name: Range<Int>
        /// Its value.
        package let value: Range<Int>
    }

    /// All fields but the one that is kept apart. Requests one after the other that differ in that
    /// one alone have the same object.
    package let shared: Shared
    /// The value of the field that a session was asked to keep apart.
    package let apart: String?

    /// Whether more was sent than is kept.
    package var isTooLarge: Bool { shared.isTooLarge }

    /// The shared fields, in the order of the request.
    package var positions: [Position] {
        (0..<shared.ends.count / 2).map { field in
            let start = field == 0 ? 0 : Int(shared.ends[2 * field - 1])
            let (middle, end) = (Int(shared.ends[2 * field]), Int(shared.ends[2 * field + 1]))
            return Position(name: start..<middle, value: middle..<end)
        }
    }

    /// The value of the first shared field of a name, in lower case.
    package subscript(name: String) -> String? {
        positions.first { shared.bytes[$0.name].elementsEqual(name.utf8) }.map {
            String(decoding: shared.bytes[$0.value], as: UTF8.self)
        }
    }
}
