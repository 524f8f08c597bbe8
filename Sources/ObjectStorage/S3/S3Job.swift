// SPDX-License-Identifier: Apache-2.0

import Digest

/// A call with its attempts.
final class S3Job {
    private(set) var call: S3Call
    let payloadHash: String
    /// The body's SHA-256 in Base64, if it goes along.
    let checksum: String?
    /// Set when there will be no further attempt.
    var outcome: Result<TransportResponse, ObjectStoreError>?
    /// The attempt in flight.
    var exchange: CurlExchange?
    /// The credentials of the last attempt.
    var credentials: Credentials?
    /// When the next attempt is due.
    var due: ContinuousClock.Instant
    /// Attempts that have failed.
    var failures = 0
    /// What the last retry cost.
    var price: RetryPrice?
    /// Whether new credentials were asked for already.
    var hasRefreshed = false
    /// Whether the time that is signed was corrected already.
    var hasCorrectedTime = false
    /// What interrupted answers have brought.
    private var received: [UInt8] = []

    init(_ call: S3Call, due: ContinuousClock.Instant) {
        self.call = call
        self.due = due
        guard call.hasChecksum || !call.body.isEmpty else {
            (payloadHash, checksum) = (S3Call.emptyHash, nil)
            return
        }
        let digest = SHA256.hash(call.body)
        payloadHash = Hex.encode(digest)
        checksum = call.hasChecksum ? Base64.encode(digest) : nil
        if let checksum { self.call.headers.append(("x-amz-checksum-sha256", checksum)) }
    }

    /// Whether the call was sent more than once, so that an earlier attempt may have worked.
    var isRepeated: Bool { failures > 0 }

    /// Keeps what an interrupted answer brought and asks for the rest only, of the same version.
    /// - Parameter isConditional: whether the store is asked to check the version.
    func keepPartial(_ answer: TransportResponse, isConditional: Bool) {
        guard let range = call.range, answer.status == 206, !answer.body.isEmpty,
            answer.body.count < range.count, let etag = answer.etag,
            call.version == nil || call.version == etag
        else { return }
        received += answer.body
        call.range = range.lowerBound + answer.body.count..<range.upperBound
        call.version = etag
        if isConditional, !call.headers.contains(where: { $0.name == "if-match" }) {
            call.headers.append(("if-match", etag.quoted))
        }
    }

    /// Whether an answer is of the version that the call is bound to. Stores may ignore `If-Match`,
    /// and bytes of two versions must not meet.
    func isOfItsVersion(_ answer: TransportResponse) -> Bool {
        guard let version = call.version else { return true }
        return answer.etag == version
    }

    /// Whether an answer to a ranged call has as many bytes as it says.
    func isWhole(_ answer: TransportResponse) -> Bool {
        // Of a whole object only the beginning is of use.
        guard answer.status == 206 else { return (call.range?.lowerBound ?? 0) == 0 }
        guard let content = ContentRange(answer), let range = call.range else { return false }
        let end = min(range.upperBound, content.size)
        return content.offset == range.lowerBound && answer.body.count == end - content.offset
    }

    /// The answer with what came before it.
    func joined(_ answer: TransportResponse) -> TransportResponse {
        guard !received.isEmpty else { return answer }
        var whole = answer
        whole.body = received + answer.body
        return whole
    }
}

/// `Content-Range: bytes 0-9/100`.
struct ContentRange: Equatable {
    let offset: Int
    let size: Int

    init?(_ answer: TransportResponse) {
        guard let text = answer.headers["content-range"], text.hasPrefix("bytes ") else {
            return nil
        }
        let parts = text.dropFirst(6).split(whereSeparator: { $0 == "-" || $0 == "/" })
        guard parts.count == 3, let offset = Int(parts[0]), let last = Int(parts[1]),
            let size = Int(parts[2]), offset >= 0, last >= offset, size > last
        else { return nil }
        self.offset = offset
        self.size = size
    }
}
