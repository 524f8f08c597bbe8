// SPDX-License-Identifier: Apache-2.0

extension S3Store {
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
        let limit = client.clock.secondsSince1970() - Int(age / .seconds(1))
        var count = 0
        var marker: [(name: String, value: String)] = []
        repeat {
            let page = try uploads(prefix: prefix, after: marker, deadline: deadline)
            count += try abort(page, prefix: prefix, begunBefore: limit, deadline, where: isOwn)
            marker = try next(page, after: marker)
        } while !marker.isEmpty
        return count
    }

    private func uploads(
        prefix: String,
        after marker: [(name: String, value: String)],
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> XMLElement {
        var call = S3Call("GET", nil)
        call.query = [("uploads", ""), ("prefix", prefix), ("max-uploads", "1000")] + marker
        let answer = try perform(call, deadline: deadline)
        guard let root = XMLElement.parse(answer.body), root.name == "ListMultipartUploadsResult"
        else { throw .malformedAnswer }
        return root
    }

    /// Where the page after `page` begins; empty after the last one.
    private func next(
        _ page: XMLElement,
        after marker: [(name: String, value: String)]
    ) throws(ObjectStoreError) -> [(name: String, value: String)] {
        guard page.text("IsTruncated") == "true" else { return [] }
        guard let key = page.text("NextKeyMarker"), let id = page.text("NextUploadIdMarker"),
            !key.isEmpty
        else { throw .malformedAnswer }
        let next = [("key-marker", key), ("upload-id-marker", id)]
        // The same page again would never end.
        if next.map(\.1) == marker.map(\.value) { throw .malformedAnswer }
        return next.map { (name: $0.0, value: $0.1) }
    }

    private func abort(
        _ page: XMLElement,
        prefix: String,
        begunBefore limit: Int,
        _ deadline: ContinuousClock.Instant,
        where isOwn: (ObjectKey) -> Bool
    ) throws(ObjectStoreError) -> Int {
        var count = 0
        for element in page.children where element.name == "Upload" {
            guard let name = element.text("Key"), let id = element.text("UploadId"),
                let begun = element.text("Initiated").flatMap({ UTCTime.parse(iso: $0) }),
                name.utf8.starts(with: prefix.utf8), begun < limit
            else { continue }
            let key = try ObjectKey(name)
            guard isOwn(key) else { continue }
            var call = S3Call("DELETE", key)
            call.query = [("uploadId", id)]
            _ = try perform(call, deadline: deadline)
            count += 1
        }
        return count
    }
}
