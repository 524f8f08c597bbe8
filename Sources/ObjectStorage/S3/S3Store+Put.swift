// SPDX-License-Identifier: Apache-2.0

extension S3Store {
    /// The header of the mark that tells an own write from another's.
    static let markHeader = "x-amz-meta-write-mark"

    @discardableResult
    package func put(
        _ key: ObjectKey,
        _ condition: WriteCondition,
        deadline: ContinuousClock.Instant,
        from source: ObjectSource
    ) throws(ObjectStoreError) -> ObjectMetadata {
        let write = S3Write(key, condition, client)
        let singleMax = source.length.map { _ in client.configuration.multipartThreshold }
        let partBytes = client.configuration.partBytes
        if let length = source.length, length > client.configuration.multipartThreshold {
            return try putParts(write, [], source, deadline: deadline)
        }
        // A body is signed as a whole, so that it is read as a whole.
        let bytes = try source.take(atMost: (singleMax ?? partBytes) + 1)
        if source.length == nil, bytes.count > partBytes {
            return try putParts(write, bytes, source, deadline: deadline)
        }
        if let length = source.length, length != bytes.count {
            throw .corrupted(.size(expected: length, actual: bytes.count))
        }
        return try putWhole(write, bytes, deadline: deadline)
    }

    private func putWhole(
        _ write: S3Write,
        _ bytes: [UInt8],
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ObjectMetadata {
        var call = S3Call("PUT", write.key)
        call.headers = write.creationHeaders + write.conditionHeaders
        call.body = bytes
        return try client.withEngine(deadline) { engine throws(ObjectStoreError) in
            let job = engine.add(call)
            do throws(ObjectStoreError) {
                let answer = try engine.wait(for: job)
                return try stored(answer, size: bytes.count)
            } catch .preconditionFailed where job.isRepeated {
                return try ownWrite(write, &engine, orElse: .preconditionFailed)
            }
        }
    }

    /// The metadata after a write.
    func stored(
        _ answer: HTTPAnswer,
        size: Int
    ) throws(ObjectStoreError) -> ObjectMetadata {
        guard let etag = answer.headers["etag"] else { throw .malformedAnswer }
        let time = answer.headers["date"].flatMap { UTCTime.parse(http: $0) }
        let modified = Double(time ?? client.clock.secondsSince1970())
        return ObjectMetadata(size: size, etag: ETag(etag), modified: modified)
    }

    /// The object's metadata if it carries the mark of `write`: an earlier attempt had worked.
    func ownWrite(
        _ write: S3Write,
        _ engine: inout S3Engine,
        orElse error: ObjectStoreError
    ) throws(ObjectStoreError) -> ObjectMetadata {
        do throws(ObjectStoreError) {
            let answer = try engine.wait(for: engine.add(S3Call("HEAD", write.key)))
            guard answer.headers[Self.markHeader] == write.mark else { throw error }
            return try metadata(of: answer)
        } catch .notFound {
            throw error
        }
    }
}

/// One write with its mark.
struct S3Write {
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
                ("content-type", "application/octet-stream"), (S3Store.markHeader, mark),
            ] + client.configuration.encryption.headers
    }

    var conditionHeaders: [(name: String, value: String)] {
        switch condition {
        case .always: []
        case .ifAbsent: [("if-none-match", "*")]
        case .ifMatch(let etag): [("if-match", "\"\(etag.value)\"")]
        }
    }
}

extension ObjectSource {
    /// The next bytes, fewer only at the end.
    func take(atMost bytesMax: Int) throws(ObjectStoreError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(bytesMax, length ?? bytesMax))
        while bytes.count < bytesMax {
            let before = bytes.count
            try read(&bytes, min(bytesMax - before, 1_024 * 1_024))
            if bytes.count == before { break }
        }
        return bytes
    }
}
