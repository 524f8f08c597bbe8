// SPDX-License-Identifier: Apache-2.0

/// What the callbacks of nghttp2 fill and empty. None of them calls nghttp2 but to add trailers,
/// which nghttp2 allows where it asks for a body.
final class HTTP2SessionState {
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
    var outputs: [Int32: HTTP2Output] = [:]
    /// Streams that are answered although their requests go on.
    var answeredEarly: [Int32] = []
    /// Frames since they were last looked at, by whether they carry something.
    var usefulFrames = 0
    var idleFrames = 0

    init(_ role: HTTP2Role, _ fields: HTTP2FieldsReader) {
        self.role = role
        self.fields = fields
    }
}

/// Which side of a connection a session is.
package enum HTTP2Role: Sendable {
    case server
    case client
}
