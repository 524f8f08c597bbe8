// SPDX-License-Identifier: Apache-2.0

extension S3Store {
    package func get(
        _ key: ObjectKey,
        _ options: ReadOptions,
        deadline: ContinuousClock.Instant,
        into sink: Sink
    ) throws(ObjectStoreError) -> ObjectMetadata {
        if let range = options.range, range.length == 0 {
            return try emptyRead(key, options, deadline: deadline)
        }
        return try withEngine(deadline) { engine throws(ObjectStoreError) in
            let metadata: ObjectMetadata
            let rest: Range<Int>
            do throws(ObjectStoreError) {
                (metadata, rest) = try getFirst(key, options, &engine, into: sink)
            } catch .rangeNotSatisfiable where options.range == nil {
                return try emptyObject(key, options, &engine)
            }
            try getParts(key, metadata.etag, rest, &engine, into: sink)
            return metadata
        }
    }

    /// Reads the first part, which gives version and size; returns what is left to read.
    private func getFirst(
        _ key: ObjectKey,
        _ options: ReadOptions,
        _ engine: inout S3Engine,
        into sink: Sink
    ) throws(ObjectStoreError) -> (ObjectMetadata, Range<Int>) {
        let call = call(key, options, from: options.range?.offset ?? 0)
        let answer = try answer(to: engine.add(call), call, &engine)
        let metadata = try metadata(of: answer)
        let run = try ReadOptions(range: options.range, bytesMax: options.bytesMax)
            .run(of: metadata)
        guard answer.body.count == min(run.count, client.configuration.partBytes) else {
            throw .malformedAnswer
        }
        try sink(answer.body.span)
        return (metadata, run.lowerBound + answer.body.count..<run.upperBound)
    }

    /// The metadata of the only object without a first byte, the empty one.
    private func emptyObject(
        _ key: ObjectKey,
        _ options: ReadOptions,
        _ engine: inout S3Engine
    ) throws(ObjectStoreError) -> ObjectMetadata {
        let metadata = try metadata(of: engine.wait(for: engine.add(S3Call("HEAD", key))))
        guard metadata.size == 0 else { throw .rangeNotSatisfiable }
        _ = try options.run(of: metadata)
        return metadata
    }

    /// Reads `rest` in parts, a few ahead of the one that is delivered.
    private func getParts(
        _ key: ObjectKey,
        _ etag: ETag,
        _ rest: Range<Int>,
        _ engine: inout S3Engine,
        into sink: Sink
    ) throws(ObjectStoreError) {
        let pinned = ReadOptions(ifMatch: etag)
        var waiting: [(job: S3Job, call: S3Call)] = []
        var next = rest.lowerBound
        while next < rest.upperBound || !waiting.isEmpty {
            while next < rest.upperBound, waiting.count < client.configuration.partsInFlight {
                var part = call(key, pinned, from: next)
                let end = min(rest.upperBound, next + client.configuration.partBytes)
                part.range = next..<end
                waiting.append((engine.add(part), part))
                next = end
            }
            let (job, part) = waiting.removeFirst()
            let bytes = try answer(to: job, part, &engine).body
            guard bytes.count == part.range?.count else { throw .malformedAnswer }
            try sink(bytes.span)
        }
    }

    /// The answer to a read. Where the store finds another version than the one that is there, the
    /// read is repeated without its condition: the version of the answer is compared all the same.
    private func answer(
        to job: S3Job,
        _ call: S3Call,
        _ engine: inout S3Engine
    ) throws(ObjectStoreError) -> TransportResponse {
        do throws(ObjectStoreError) {
            return try engine.wait(for: job)
        } catch .preconditionFailed where client.traits.keepsReadConditions {
            guard let version = job.call.version, let key = call.key else {
                throw .preconditionFailed
            }
            let head = try engine.wait(for: engine.add(S3Call("HEAD", key)))
            guard head.etag == version else { throw .preconditionFailed }
            var plain = call
            plain.headers.removeAll { $0.name == "if-match" }
            plain.version = version
            let answer = try engine.wait(for: engine.add(plain))
            client.traits.loseReadConditions()
            return answer
        }
    }

    private func call(
        _ key: ObjectKey,
        _ options: ReadOptions,
        from offset: Int
    ) -> S3Call {
        var call = S3Call("GET", key)
        let length = min(
            client.configuration.partBytes,
            options.range?.length ?? .max,
            options.bytesMax == .max ? .max : options.bytesMax + 1
        )
        call.range = offset..<offset + length
        call.answerBytesMax = max(length, XMLElement.bytesMax)
        call.version = options.ifMatch
        if let etag = options.ifMatch, client.traits.keepsReadConditions {
            call.headers.append(("if-match", etag.quoted))
        }
        if let etag = options.ifNoneMatch { call.headers.append(("if-none-match", etag.quoted)) }
        return call
    }

    private func emptyRead(
        _ key: ObjectKey,
        _ options: ReadOptions,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ObjectMetadata {
        let metadata = try head(key, deadline: deadline)
        _ = try options.run(of: metadata)
        return metadata
    }
}
