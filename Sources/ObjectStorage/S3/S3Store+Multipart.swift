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
        try withEngine(deadline) { engine throws(ObjectStoreError) in
            let upload = try createUpload(write, &engine)
            let mark = UploadMark(of: write.key, id: upload.id)
            // Best effort: an upload without its mark is left to the bucket's lifecycle rule.
            if let mark { _ = try? put(mark.key, mark.text, deadline: deadline) }
            let metadata: ObjectMetadata
            do throws(ObjectStoreError) {
                let (parts, size) = try sendParts(upload, start, source, &engine)
                metadata = try complete(upload, parts, size, &engine)
            } catch {
                if abort(upload, after: deadline), let mark { remove(mark, after: deadline) }
                throw error
            }
            if let mark { remove(mark, after: deadline) }
            return metadata
        }
    }

    /// Begins an upload to an object and ends it at once.
    /// - Throws: what stands in the way of writing the object. Where uploads in parts are not known
    ///   or not permitted the write itself finds out: a role may write, and not read the key that
    ///   encrypts, which takes parts only.
    func rehearseUpload(
        _ key: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        let write = S3Write(key, .always, client)
        do throws(ObjectStoreError) {
            let upload = try withEngine(deadline) { engine throws(ObjectStoreError) in
                try createUpload(write, &engine)
            }
            _ = abort(upload, after: deadline)
        } catch .permissionDenied {
            return
        } catch {
            guard error.mayBeUnknownHeader else { throw error }
        }
    }

    // MARK: - Steps

    private func createUpload(
        _ write: S3Write,
        _ engine: inout S3Engine
    ) throws(ObjectStoreError) -> Upload {
        var form = client.traits.writeForm
        while true {
            var call = S3Call("POST", write.key)
            call.query = [("uploads", "")]
            call.headers = write.creationHeaders
            if form.hasChecksum { call.headers.append(("x-amz-checksum-algorithm", "SHA256")) }
            do throws(ObjectStoreError) {
                let answer = try engine.wait(for: engine.add(call))
                guard let root = XMLElement.parse(answer.body), let id = root.text("UploadId"),
                    !id.isEmpty
                else { throw .malformedAnswer }
                client.traits.learn(form, for: .always, cause: nil)
                return Upload(write: write, id: id, hasChecksums: form.hasChecksum)
            } catch {
                guard error.mayBeUnknownHeader, form.hasChecksum else { throw error }
                form.hasChecksum = false
            }
        }
    }

    private func sendParts(
        _ upload: Upload,
        _ start: [UInt8],
        _ source: ObjectSource,
        _ engine: inout S3Engine
    ) throws(ObjectStoreError) -> (parts: [Part], size: Int) {
        let partBytes = self.partBytes(for: source.length)
        var pending = start
        var waiting: [S3Job] = []
        var parts: [Part] = []
        var size = 0
        while true {
            // Waited for before the next part is read: memory holds the parts in flight only.
            if waiting.count >= client.configuration.partsInFlight {
                parts.append(try sentPart(waiting.removeFirst(), &engine))
            }
            let body = try nextPart(&pending, source, partBytes)
            if body.isEmpty, size > 0 { break }
            if parts.count + waiting.count >= Self.partsMax {
                throw .tooLarge(bytesMax: partBytes * Self.partsMax)
            }
            size += body.count
            var call = S3Call("PUT", upload.write.key)
            call.query = [
                ("partNumber", "\(parts.count + waiting.count + 1)"), ("uploadId", upload.id),
            ]
            call.hasChecksum = upload.hasChecksums
            call.body = body
            waiting.append(engine.add(call))
            try engine.advance()
            if body.count < partBytes { break }
        }
        for job in waiting { parts.append(try sentPart(job, &engine)) }
        if let length = source.length, length != size {
            throw .corrupted(.size(expected: length, actual: size))
        }
        return (parts, size)
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
        _ upload: Upload,
        _ parts: [Part],
        _ size: Int,
        _ engine: inout S3Engine
    ) throws(ObjectStoreError) -> ObjectMetadata {
        let write = upload.write
        try checkCondition(of: write, &engine)
        var body = "<CompleteMultipartUpload>"
        for (index, part) in parts.enumerated() { body += part.element(number: index + 1) }
        body += "</CompleteMultipartUpload>"
        return try settle(write, &engine) { form, engine throws(ObjectStoreError) in
            var call = S3Call("POST", write.key)
            call.query = [("uploadId", upload.id)]
            call.headers = [("content-type", "application/xml")] + write.conditionHeaders(form)
            call.body = Array(body.utf8)
            call.firstByteMax = .seconds(60)
            let job = engine.add(call)
            do throws(ObjectStoreError) {
                let answer = try engine.wait(for: job)
                guard let root = XMLElement.parse(answer.body) else { throw .malformedAnswer }
                let etag = ETag(root.text("ETag") ?? "")
                guard !etag.value.isEmpty else { return try confirmed(write, size: size, &engine) }
                let modified = Double(client.clock.secondsSince1970())
                return ObjectMetadata(size: size, etag: etag, modified: modified)
            } catch .notFound where job.isRepeated {
                // The upload ended with the attempt whose answer was lost.
                guard let metadata = try ownWrite(write, &engine) else { throw .notFound }
                return metadata
            }
        }
    }

    /// Parts that nobody completes would lie there for ever; a failure to abort is left to
    /// `abortStaleUploads` and to the bucket's lifecycle rule.
    /// - Returns: whether the upload is gone.
    private func abort(
        _ upload: Upload,
        after deadline: ContinuousClock.Instant
    ) -> Bool {
        var call = S3Call("DELETE", upload.write.key)
        call.query = [("uploadId", upload.id)]
        let answer = try? perform(call, deadline: grace(after: deadline))
        return answer != nil
    }

    /// A mark that stays belongs to no upload any more, and does nothing.
    private func remove(_ mark: UploadMark, after deadline: ContinuousClock.Instant) {
        try? delete(mark.key, deadline: grace(after: deadline))
    }

    /// Time to clear up after a write that may have taken all of its own.
    private func grace(after deadline: ContinuousClock.Instant) -> ContinuousClock.Instant {
        max(deadline, client.clock.now() + .seconds(5))
    }

    /// The size of parts, grown so that a known length fits into `partsMax` of them.
    private func partBytes(for length: Int?) -> Int {
        let least = ((length ?? 0) + Self.partsMax - 1) / Self.partsMax
        return max(client.configuration.partBytes, least)
    }

    private func sentPart(
        _ job: S3Job,
        _ engine: inout S3Engine
    ) throws(ObjectStoreError) -> Part {
        let answer = try engine.wait(for: job)
        guard let etag = answer.etag,
            etag.value.utf8.allSatisfy({
                $0 > 0x20 && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: "&")
            })
        else { throw .malformedAnswer }
        return Part(etag: etag, checksum: job.checksum)
    }
}

/// An upload in parts that was begun.
private struct Upload {
    let write: S3Write
    let id: String
    let hasChecksums: Bool
}

/// A part that the store has.
private struct Part {
    let etag: ETag
    /// The SHA-256 of the part in Base64, if it went along.
    let checksum: String?

    func element(number: Int) -> String {
        let checksum = checksum.map { "<ChecksumSHA256>\($0)</ChecksumSHA256>" } ?? ""
        return "<Part><PartNumber>\(number)</PartNumber><ETag>\(etag.quoted)</ETag>"
            + "\(checksum)</Part>"
    }
}
