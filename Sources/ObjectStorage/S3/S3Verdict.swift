// SPDX-License-Identifier: Apache-2.0

/// What an answer of S3 means for the call that got it.
enum S3Verdict: Equatable {
    case success
    /// Another attempt may succeed.
    case transient(ObjectStoreError, RetryPrice)
    /// The credentials have expired; once they are new, another attempt may succeed.
    case expired
    case final(ObjectStoreError)

    /// Judges an answer by its status and, for an error, by the code in its body.
    /// - Parameter isRead: whether a body under status 200 is an object, not a report.
    init(_ answer: HTTPAnswer, isRead: Bool) {
        let mayBeError = answer.status >= 300 || answer.status == 200 && !isRead
        let error = mayBeError ? answer.error : nil
        let code = error?.text("Code") ?? ""
        let busy = ObjectStoreError.unavailable(
            .status(answer.status),
            retryAfter: answer.retryAfter
        )
        switch (answer.status, code) {
        case (200..<300, "") where error == nil: self = .success
        case (_, "ExpiredToken"), (_, "ExpiredTokenException"), (_, "TokenRefreshRequired"):
            self = .expired
        case (_, "RequestTimeout"), (_, "RequestTimeoutException"), (408, _):
            self = .transient(busy, .timedOut)
        case (500, _), (502, _), (503, _), (504, _), (429, _), (_, "SlowDown"),
            (_, "InternalError"), (_, "ThrottlingException"), (_, "Throttling"),
            // The bytes were damaged on their way.
            (400, "BadDigest"), (400, "XAmzContentChecksumMismatch"):
            self = .transient(busy, .answered)
        case (_, "AuthorizationHeaderMalformed") where error?.text("Region") != nil:
            self = .final(.wrongRegion(actual: Self.region(error?.text("Region"))))
        case (301, _), (302, _), (303, _), (307, _), (308, _):
            let region = answer.headers["x-amz-bucket-region"] ?? error?.text("Region")
            self = .final(.wrongRegion(actual: Self.region(region)))
        case (304, _): self = .final(.notModified)
        case (401, _), (403, _): self = .final(.permissionDenied)
        case (404, "NoSuchBucket"): self = .final(.noSuchBucket)
        case (404, _): self = .final(.notFound)
        case (409, "ConditionalRequestConflict"), (412, _): self = .final(.preconditionFailed)
        case (413, _), (400, "EntityTooLarge"):
            self = .final(.tooLarge(bytesMax: 5 * 1_024 * 1_024 * 1_024))
        case (416, _): self = .final(.rangeNotSatisfiable)
        case (507, _): self = .final(.outOfSpace)
        default:
            self = .final(.refused(status: answer.status, code: Self.printable(code)))
        }
    }

    /// Judges an exchange that ended without an answer.
    init(_ failure: TransportFailure) {
        let reason: Unavailability
        switch failure {
        case .answerTooLong, .malformed:
            self = .final(.malformedAnswer)
            return
        case .certificate:
            self = .final(.unavailable(.tls, retryAfter: nil))
            return
        case .tlsHandshake: reason = .tls
        case .connect: reason = .connect
        case .resolve: reason = .resolve
        case .firstByte: reason = .firstByte
        case .stalled: reason = .stalled
        case .interrupted: reason = .interrupted
        }
        self = .transient(.unavailable(reason, retryAfter: nil), .timedOut)
    }

    /// A server's text goes into errors and logs only cut and cleaned.
    private static func printable(_ code: String) -> String {
        String(code.unicodeScalars.prefix(64).filter { $0.value > 0x20 && $0.value < 0x7F })
    }

    private static func region(_ text: String?) -> String? {
        text.flatMap { S3Configuration.isRegion($0) ? $0 : nil }
    }
}

extension HTTPAnswer {
    /// The error in the body, if there is one. Copies and the completion of multipart uploads may
    /// fail after the status 200 was sent.
    fileprivate var error: XMLElement? {
        guard let root = XMLElement.parse(body), root.name == "Error" else { return nil }
        return root
    }

    fileprivate var retryAfter: Duration? {
        headers["retry-after"].flatMap { Int($0) }.flatMap { seconds in
            (0...86_400).contains(seconds) ? .seconds(seconds) : nil
        }
    }
}
