// SPDX-License-Identifier: Apache-2.0

extension S3Store {
    /// Pages of one listing that are read; a page has a thousand objects as a rule.
    package static let listPagesMax = 500

    package func list(
        prefix: String,
        countMax: Int,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> [ListedObject] {
        var found: [ListedObject] = []
        var token: String?
        // Whatever the store says of further pages, these are all that are asked for.
        for _ in 0..<Self.listPagesMax {
            var call = S3Call("GET", nil)
            call.query = [("list-type", "2"), ("encoding-type", "url"), ("prefix", prefix)]
            if let token { call.query.append(("continuation-token", token)) }
            let answer = try perform(call, deadline: deadline)
            guard let root = XMLElement.parse(answer.body), root.name == "ListBucketResult" else {
                throw .malformedAnswer
            }
            for element in root.children where element.name == "Contents" {
                found.append(try listed(element))
            }
            if found.count > countMax { throw .tooManyObjects(countMax: countMax) }
            guard root.text("IsTruncated") == "true" else { return found }
            // A part is not taken for the whole.
            guard let next = root.text("NextContinuationToken"), !next.isEmpty else {
                throw .malformedAnswer
            }
            guard next != token else { break }
            token = next
        }
        throw .endlessListing(pagesMax: Self.listPagesMax)
    }

    private func listed(_ element: XMLElement) throws(ObjectStoreError) -> ListedObject {
        guard
            let name = element.text("Key").flatMap({
                PercentEncoding.decode(
                    $0.split(separator: "+", omittingEmptySubsequences: false)
                        .joined(separator: " ")
                )
            }),
            let size = element.text("Size").flatMap({ Int($0) }), size >= 0,
            let etag = element.text("ETag")
        else { throw .malformedAnswer }
        let time = element.text("LastModified").flatMap { UTCTime.parse(iso: $0) }
        return ListedObject(
            key: try ObjectKey(name),
            metadata: ObjectMetadata(size: size, etag: ETag(etag), modified: Double(time ?? 0))
        )
    }
}
