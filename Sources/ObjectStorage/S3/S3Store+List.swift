// SPDX-License-Identifier: Apache-2.0

extension S3Store {
    package func list(
        prefix: String,
        countMax: Int,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> [ListedObject] {
        var found: [ListedObject] = []
        var token: String?
        repeat {
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
            let next = root.text("NextContinuationToken")
            // The same token again would never end.
            if next != nil, next == token { throw .malformedAnswer }
            token = root.text("IsTruncated") == "true" ? next : nil
        } while token != nil
        return found
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
