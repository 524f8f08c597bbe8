// SPDX-License-Identifier: Apache-2.0

extension S3Store {
    /// The most parts of an upload, as S3 sets it.
    private static let partsMax = 10_000

    /// Writes in parts, of which the first bytes have been read already.
    func putParts(
        _ write: S3Write,
        _ start: [UInt8],
        _ source: ObjectSource,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ObjectMetadata {
        try client.withEngine(deadline) { engine throws(ObjectStoreError) in
            let upload = try createUpload(write, &engine)
            do throws(ObjectStoreError) {
                let (parts, size) = try sendParts(write, upload, start, source, &engine)
                return try complete(write, upload, parts, size, &engine)
            } catch {
                abort(write.key, upload, after: deadline)
                throw error
            }
        }
    }

    /// Aborts uploads below `prefix` that were begun more than `age` ago and never completed, as
    /// a writer leaves them that was killed. Parts of such uploads are invisible and cost money.
    /// - Parameter isOwn: whether an upload may be aborted by its key.
    /// - Returns: how many were aborted.
    @discardableResult
    package func abortStaleUploads(
        prefix: String,
        olderThan age: Duration,
        deadline: ContinuousClock.Instant,
        where isOwn: (ObjectKey) -> Bool = { _ in true }
    ) throws(ObjectStoreError) -> Int {
        var call = S3Call("GET", nil)
        call.query = [("uploads", ""), ("prefix", prefix), ("max-uploads", "1000")]
        let answer = try client.perform(call, deadline: deadline)
        guard let root = XMLElement.parse(answer.body), root.name == "ListMultipartUploadsResult"
        else { throw .malformedAnswer }
        let limit = client.clock.secondsSince1970() - Int(age / .seconds(1))
        var count = 0
        for element in root.children where element.name == "Upload" {
            guard let name = element.text("Key"), let id = element.text("UploadId"),
                let begun = element.text("Initiated").flatMap({ UTCTime.parse(iso: $0) }),
                name.utf8.starts(with: prefix.utf8), begun < limit
            else { continue }
            let key = try ObjectKey(name)
            guard isOwn(key) else { continue }
            var call = S3Call("DELETE", key)
            call.query = [("uploadId", id)]
            _ = try client.perform(call, deadline: deadline)
            count += 1
        }
        return count
    }

    // MARK: - Steps

    private func createUpload(
        _ write: S3Write,
        _ engine: inout S3Engine
    ) throws(ObjectStoreError) -> String {
        var call = S3Call("POST", write.key)
        call.query = [("uploads", "")]
        call.headers = write.creationHeaders
        let answer = try engine.wait(for: engine.add(call))
        guard let root = XMLElement.parse(answer.body), let id = root.text("UploadId"),
            !id.isEmpty
        else { throw .malformedAnswer }
        return id
    }

    private func sendParts(
        _ write: S3Write,
        _ upload: String,
        _ start: [UInt8],
        _ source: ObjectSource,
        _ engine: inout S3Engine
    ) throws(ObjectStoreError) -> (etags: [String], size: Int) {
        let partBytes = self.partBytes(for: source.length)
        var pending = start
        var waiting: [S3Job] = []
        var etags: [String] = []
        var size = 0
        while true {
            // Waited for before the next part is read: memory holds the parts in flight only.
            if waiting.count >= client.configuration.partsInFlight {
                etags.append(try partTag(engine.wait(for: waiting.removeFirst())))
            }
            let body = try nextPart(&pending, source, partBytes)
            if body.isEmpty, size > 0 { break }
            if etags.count + waiting.count >= Self.partsMax {
                throw .tooLarge(bytesMax: partBytes * Self.partsMax)
            }
            size += body.count
            var call = S3Call("PUT", write.key)
            call.query = [
                ("partNumber", "\(etags.count + waiting.count + 1)"), ("uploadId", upload),
            ]
            call.body = body
            waiting.append(engine.add(call))
            try engine.advance()
            if body.count < partBytes { break }
        }
        for job in waiting { etags.append(try partTag(engine.wait(for: job))) }
        if let length = source.length, length != size {
            throw .corrupted(.size(expected: length, actual: size))
        }
        return (etags, size)
    }

    /// The next part; `pending` is what was read before the upload began.
    private func nextPart(
        _ pending: inout [UInt8],
        _ source: ObjectSource,
        _ partBytes: Int
    ) throws(ObjectStoreError) -> [UInt8] {
        if pending.isEmpty { return try source.take(atMost: partBytes) }
        var body = pending
        pending = []
        if body.count > partBytes {
            pending = Array(body[partBytes...])
            body.removeLast(body.count - partBytes)
        } else {
            body += try source.take(atMost: partBytes - body.count)
        }
        return body
    }

    private func complete(
        _ write: S3Write,
        _ upload: String,
        _ etags: [String],
        _ size: Int,
        _ engine: inout S3Engine
    ) throws(ObjectStoreError) -> ObjectMetadata {
        var body = "<CompleteMultipartUpload>"
        for (index, etag) in etags.enumerated() {
            body += "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(etag)</ETag></Part>"
        }
        body += "</CompleteMultipartUpload>"
        var call = S3Call("POST", write.key)
        call.query = [("uploadId", upload)]
        call.headers = [("content-type", "application/xml")] + write.conditionHeaders
        call.body = Array(body.utf8)
        call.firstByteMax = .seconds(60)
        let job = engine.add(call)
        do throws(ObjectStoreError) {
            let answer = try engine.wait(for: job)
            guard let root = XMLElement.parse(answer.body), let etag = root.text("ETag") else {
                throw .malformedAnswer
            }
            let modified = Double(client.clock.secondsSince1970())
            return ObjectMetadata(size: size, etag: ETag(etag), modified: modified)
        } catch .preconditionFailed where job.isRepeated {
            return try ownWrite(write, &engine, orElse: .preconditionFailed)
        } catch .notFound where job.isRepeated {
            // The upload ended with the attempt whose answer was lost.
            return try ownWrite(write, &engine, orElse: .notFound)
        }
    }

    /// Parts that nobody completes would lie there for ever; a failure to abort is left to
    /// `abortStaleUploads` and to the bucket's lifecycle rule.
    private func abort(
        _ key: ObjectKey,
        _ upload: String,
        after deadline: ContinuousClock.Instant
    ) {
        var call = S3Call("DELETE", key)
        call.query = [("uploadId", upload)]
        let grace = max(deadline, client.clock.now() + .seconds(5))
        _ = try? client.perform(call, deadline: grace)
    }

    /// The size of parts, grown so that a known length fits into `partsMax` of them.
    private func partBytes(for length: Int?) -> Int {
        let least = ((length ?? 0) + Self.partsMax - 1) / Self.partsMax
        return max(client.configuration.partBytes, least)
    }

    private func partTag(_ answer: HTTPAnswer) throws(ObjectStoreError) -> String {
        guard let etag = answer.headers["etag"],
            etag.utf8.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: "&") }
            )
        else { throw .malformedAnswer }
        return etag
    }
}
