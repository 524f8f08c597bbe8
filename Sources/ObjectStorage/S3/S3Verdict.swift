// SPDX-License-Identifier: Apache-2.0

/// What an answer of S3 means for the call that got it.
enum S3Verdict: Equatable {
    case success
    /// Another attempt may succeed.
    case transient(ObjectStoreError, RetryPrice)
    /// The credentials have expired; once they are new, another attempt may succeed.
    case expired
    /// The request's time is too far from the store's, which is this one, in seconds since 1970.
    /// With the time corrected another attempt may succeed.
    case skewed(storeTime: Int)
    case final(ObjectStoreError)

    /// Judges an answer by its status and, for an error, by the code in its body.
    /// - Parameters:
    ///   - isRead: whether a body under status 200 is an object, not a report.
    ///   - now: the time that the request was signed for, in seconds since 1970.
    init(_ answer: TransportResponse, isRead: Bool, now: Int) {
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
            // Another write of the key is under way: what became of it shows the next time.
            (409, "ConditionalRequestConflict"),
            // The bytes were damaged on their way.
            (400, "BadDigest"), (400, "XAmzContentChecksumMismatch"):
            self = .transient(busy, .answered)
        case (_, "AuthorizationHeaderMalformed") where error?.text("Region") != nil:
            self = .final(.wrongRegion(actual: Self.region(error?.text("Region"))))
        // HEAD has no body that could say more.
        case (400, "") where answer.headers["x-amz-bucket-region"] != nil:
            let region = answer.headers["x-amz-bucket-region"]
            self = .final(.wrongRegion(actual: Self.region(region)))
        case (301, _), (302, _), (303, _), (307, _), (308, _):
            self = .final(Self.redirection(answer, error))
        case (304, _): self = .final(.notModified)
        case (401, _), (403, _): self = Self.denial(answer, code, now: now)
        case (404, "NoSuchBucket"): self = .final(.noSuchBucket)
        case (404, _): self = .final(.notFound)
        case (407, _):
            self = .final(.unavailable(.proxyRefused(status: 407), retryAfter: nil))
        case (412, _): self = .final(.preconditionFailed)
        case (413, _), (400, "EntityTooLarge"):
            self = .final(.tooLarge(bytesMax: 5 * 1_024 * 1_024 * 1_024))
        case (416, _): self = .final(.rangeNotSatisfiable)
        case (507, _): self = .final(.outOfSpace)
        default:
            self = .final(.refused(status: answer.status, code: Self.printable(code)))
        }
    }

    /// The farthest that a store lets a request's time be from its own, in seconds.
    private static let skewMax = 15 * 60

    private static func denial(_ answer: TransportResponse, _ code: String, now: Int) -> S3Verdict {
        let storeTime = answer.headers["date"].flatMap { UTCTime.parse(http: $0) }
        switch code {
        case "InvalidAccessKeyId": return .final(.credentialsRefused(.accessKey))
        case "SignatureDoesNotMatch": return .final(.credentialsRefused(.signature))
        case "RequestTimeTooSkewed":
            if let storeTime { return .skewed(storeTime: storeTime) }
        // HEAD has no body that could name the reason.
        case "":
            if let storeTime, abs(storeTime - now) > skewMax {
                return .skewed(storeTime: storeTime)
            }
        default: break
        }
        return .final(.permissionDenied)
    }

    private static func redirection(
        _ answer: TransportResponse,
        _ error: XMLElement?
    ) -> ObjectStoreError {
        if let region = answer.headers["x-amz-bucket-region"] ?? error?.text("Region") {
            return .wrongRegion(actual: Self.region(region))
        }
        // Only the origin: a path may hold what logs must not.
        let words = (answer.headers["location"] ?? "").split(
            separator: "/",
            maxSplits: 3,
            omittingEmptySubsequences: false
        )
        guard words.count >= 3, let origin = S3Endpoint("\(words[0])//\(words[2])") else {
            return .wrongRegion(actual: nil)
        }
        return .redirected(to: "\(origin.scheme)://\(origin.authority)")
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
        case .proxyRefused(let status) where status < 500:
            self = .final(.unavailable(.proxyRefused(status: status), retryAfter: nil))
            return
        case .proxyRefused(let status): reason = .proxyRefused(status: status)
        case .proxyAway: reason = .proxyAway
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

extension TransportResponse {
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
