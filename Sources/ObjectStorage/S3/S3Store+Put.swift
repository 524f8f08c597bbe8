// SPDX-License-Identifier: Apache-2.0

extension S3Store {
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
        try withEngine(deadline) { engine throws(ObjectStoreError) in
            try settle(write, &engine) { form, engine throws(ObjectStoreError) in
                var call = S3Call("PUT", write.key)
                call.headers = write.creationHeaders + write.conditionHeaders(form)
                call.hasChecksum = form.hasChecksum
                call.body = bytes
                let answer = try engine.wait(for: engine.add(call))
                guard let etag = answer.etag else {
                    return try confirmed(write, size: bytes.count, &engine)
                }
                let time = answer.headers["date"].flatMap { UTCTime.parse(http: $0) }
                let modified = Double(time ?? client.clock.secondsSince1970())
                return ObjectMetadata(size: bytes.count, etag: etag, modified: modified)
            }
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
