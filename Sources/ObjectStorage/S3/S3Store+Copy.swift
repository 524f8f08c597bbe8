// SPDX-License-Identifier: Apache-2.0

extension S3Store {
    package func copy(
        _ source: ObjectKey,
        to target: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        if client.traits.copies {
            do throws(ObjectStoreError) {
                if try copyInside(source, to: target, deadline: deadline) { return }
            } catch {
                guard error.mayBeUnknownHeader else { throw error }
            }
        }
        try copyThrough(source, to: target, deadline: deadline)
        client.traits.loseCopies()
    }

    /// Has the store copy; false for an answer that is none to a copy, as of a store that does not
    /// know the header and has written an empty object.
    private func copyInside(
        _ source: ObjectKey,
        to target: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> Bool {
        var call = S3Call("PUT", target)
        let path = PercentEncoding.encode(source.name, keepsSlash: true)
        call.headers = [("x-amz-copy-source", "/\(client.bucket)/\(path)")]
        call.headers += client.configuration.encryption.headers
        call.firstByteMax = .seconds(60)
        let answer = try perform(call, deadline: deadline)
        return XMLElement.parse(answer.body)?.name == "CopyObjectResult"
    }

    /// Reads one version of `source` part by part and writes it to `target` as it comes.
    private func copyThrough(
        _ source: ObjectKey,
        to target: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        let version = try head(source, deadline: deadline)
        let partBytes = client.configuration.partBytes
        var part: ArraySlice<UInt8> = []
        var offset = 0
        // Of unknown length, so that more than a part is written in parts and no more is held.
        let bytes = ObjectSource(length: nil) { (buffer, bytesMax) throws(ObjectStoreError) in
            if part.isEmpty, offset < version.size {
                let length = min(partBytes, version.size - offset)
                let options = ReadOptions(
                    range: ObjectRange(offset: offset, length: length),
                    ifMatch: version.etag
                )
                var next: [UInt8] = []
                next.reserveCapacity(length)
                _ = try self.get(source, options, deadline: deadline) {
                    (chunk) throws(ObjectStoreError) in next.append(chunk)
                }
                offset += next.count
                part = next[...]
            }
            buffer += part.prefix(bytesMax)
            part = part.dropFirst(bytesMax)
        }
        let written = try put(target, .always, deadline: deadline, from: bytes)
        guard written.size == version.size else {
            throw .corrupted(.size(expected: version.size, actual: written.size))
        }
    }
}
