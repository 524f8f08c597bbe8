// SPDX-License-Identifier: Apache-2.0

internal import Machine

/// What the callbacks of nghttp2 fill and empty. None of them calls nghttp2 but to add trailers,
/// which nghttp2 allows where it asks for a body.
///
/// In memory of its own, to which nghttp2 keeps a pointer: an object's properties would be guarded
/// at each of the dozens of accesses that a call takes.
struct HTTP2SessionState: ~Copyable {
    let role: HTTP2Role
    /// What came, and was not taken.
    var events: [HTTP2Event] = []
    /// The fields whose header block is being read.
    var fields: HTTP2FieldsReader
    /// Whether a list of fields was given up.
    var isFlooded = false
    /// Where the bytes that are being fed begin; 0 outside of that.
    var inputStart = UInt(0)
    /// Bodies that are being sent.
    var outputs = StreamTable<HTTP2Output>()
    /// Places for bodies that are not in use.
    private var spares: [HTTP2Output] = []
    /// Streams that are answered although their requests go on.
    var answeredEarly: [Int32] = []
    /// Frames since they were last looked at, by whether they carry something.
    var usefulFrames = 0
    var idleFrames = 0
    /// What frames may come that carry nothing.
    private var budget: FrameBudget

    init(_ role: HTTP2Role, _ fields: HTTP2FieldsReader, _ budget: FrameBudget) {
        self.role = role
        self.fields = fields
        self.budget = budget
    }

    /// More are not kept for the next streams.
    private static let sparesMax = 32

    /// A place for the body of another stream.
    mutating func makeOutput() -> HTTP2Output { spares.popLast() ?? HTTP2Output() }

    /// Releases what is not sent on a stream, which has ended.
    mutating func endOutput(of stream: Int32) {
        guard let output = outputs.remove(stream), spares.count < Self.sparesMax else { return }
        output.clear()
        spares.append(output)
    }

    /// Counts the frames that came or went since the last time.
    /// - Returns: whether the other side may go on.
    mutating func countFrames(now: MonotonicTime) -> Bool {
        defer { (usefulFrames, idleFrames) = (0, 0) }
        budget.earn(usefulFrames)
        return idleFrames == 0 || budget.spend(idleFrames, now: now)
    }

    /// Counts the frames that went.
    mutating func countSentFrames() {
        budget.earn(usefulFrames)
        usefulFrames = 0
    }
}

/// Which side of a connection a session is.
package enum HTTP2Role: Sendable {
    case server
    case client
}
