// SPDX-License-Identifier: Apache-2.0

/// One write with its mark, which stays the same however often the write is sent.
struct S3Write {
    /// The header of the mark by which a write of this process is recognized.
    static let markHeader = "x-amz-meta-write-mark"

    let key: ObjectKey
    let condition: WriteCondition
    let mark: String
    let creationHeaders: [(name: String, value: String)]

    init(_ key: ObjectKey, _ condition: WriteCondition, _ client: S3Client) {
        self.key = key
        self.condition = condition
        let random = UInt64(client.clock.randomFraction() * 0x1p52)
        mark = "\(client.clock.secondsSince1970())-\(String(random, radix: 16))"
        creationHeaders =
            [
                ("content-type", "application/octet-stream"), (Self.markHeader, mark),
            ] + client.configuration.encryption.headers
    }

    /// The headers that ask for the condition in a form.
    func conditionHeaders(_ form: S3WriteForm) -> [(name: String, value: String)] {
        if form.condition == .compared { return [] }
        switch condition {
        case .always: return []
        case .ifAbsent: return [("if-none-match", "*")]
        case .ifMatch(let etag):
            return [("if-match", form.condition == .bare ? etag.value : etag.quoted)]
        }
    }
}

/// How the condition and the checksum of a write are put to a store.
struct S3WriteForm: Equatable {
    enum Condition {
        /// As S3 documents it: `If-Match: "tag"`.
        case quoted
        /// `If-Match: tag`. Ceph's gateway compares what it gets, quotes included.
        case bare
        /// Not at all: the object is looked at before it is written. Only a writer of the very
        /// instant between both goes unnoticed.
        case compared
    }

    var condition = Condition.quoted
    /// Whether the body's SHA-256 goes along, which stores with Object Lock demand.
    var hasChecksum = true

    /// The form to try after the store has called a condition unmet that is met.
    func afterContradiction() -> S3WriteForm? {
        var next = self
        switch condition {
        // Of `If-None-Match: *` both forms are the same: what was removed meanwhile gets another
        // attempt.
        case .quoted: next.condition = .bare
        case .bare: next.condition = .compared
        case .compared: return nil
        }
        return next
    }

    /// The form to try after the store has refused this one, beginning with the one that guarantees
    /// most: without the checksum, without the condition, without both.
    func afterRefusal(of write: S3Write, _ usual: S3WriteForm) -> S3WriteForm? {
        var next = self
        if hasChecksum {
            next.hasChecksum = false
        } else if condition != .compared, write.condition != .always {
            next = S3WriteForm(condition: .compared, hasChecksum: usual.hasChecksum)
        } else {
            return nil
        }
        return next
    }
}

extension ObjectStoreError {
    /// Whether the store may have refused a header that it does not know.
    var mayBeUnknownHeader: Bool {
        switch self {
        case .refused(501, _), .refused(405, _): true
        case .refused(400, let code):
            ["InvalidArgument", "InvalidRequest", "NotImplemented", "NotSupported"].contains(code)
        default: false
        }
    }
}
