// SPDX-License-Identifier: Apache-2.0

/// What became of uploads that nobody completed.
package struct StaleUploads: Sendable, Equatable {
    /// Uploads that were aborted.
    package var aborted = 0
    /// Whether there are more than were looked at.
    package var hasMore = false
    /// The first refusal to abort an upload; the others were gone on with.
    package var refusal: ObjectStoreError?

    /// Gathers the values.
    package init(aborted: Int = 0, hasMore: Bool = false, refusal: ObjectStoreError? = nil) {
        (self.aborted, self.hasMore, self.refusal) = (aborted, hasMore, refusal)
    }
}

extension S3Store {
    /// Pages of uploads that are looked at, of a thousand each.
    package static let uploadPagesMax = 100
    /// Marks of one folder that are looked at.
    private static let marksMax = 10_000

    /// Aborts uploads below `prefix` that were begun more than `age` ago and never completed, as
    /// a writer leaves them that was killed. Parts of such uploads are invisible and cost money.
    /// - Parameter isOwn: whether an upload may be aborted by its key alone. Others are aborted
    ///   where they are marked as this program's.
    /// - Throws: what concerns the bucket as a whole.
    @discardableResult
    package func abortStaleUploads(
        prefix: String,
        olderThan age: Duration,
        deadline: ContinuousClock.Instant,
        where isOwn: (ObjectKey) -> Bool
    ) throws(ObjectStoreError) -> StaleUploads {
        let limit = client.secondsSince1970 - Int(age / .seconds(1))
        var result = StaleUploads()
        var marks: [String: Set<String>] = [:]
        var place = UploadPlace.start
        for _ in 0..<Self.uploadPagesMax {
            let page = try uploads(prefix: prefix, after: place, deadline: deadline)
            for (key, id) in stale(page, prefix: prefix, begunBefore: limit) {
                if !isOwn(key), try !isMarked(key, id, &marks, deadline) { continue }
                do throws(ObjectStoreError) {
                    if try abort(key, id, deadline) { result.aborted += 1 }
                } catch {
                    guard error.isAboutOneUpload else { throw error }
                    result.refusal = result.refusal ?? error
                }
            }
            guard let next = try UploadPlace(after: page) else { return result }
            guard next != place else {
                throw .endlessListing(pagesMax: Self.uploadPagesMax)
            }
            place = next
        }
        result.hasMore = true
        return result
    }

    /// Where a page of uploads begins.
    private struct UploadPlace: Equatable {
        let key: String
        let id: String

        static let start = UploadPlace(key: "", id: "")

        private init(key: String, id: String) {
            (self.key, self.id) = (key, id)
        }

        /// The place after a page; nil after the last one.
        init?(after page: XMLElement) throws(ObjectStoreError) {
            guard page.text("IsTruncated") == "true" else { return nil }
            guard let key = page.text("NextKeyMarker"), let id = page.text("NextUploadIdMarker"),
                !key.isEmpty
            else { throw .malformedAnswer }
            self.init(key: key, id: id)
        }
    }

    private func uploads(
        prefix: String,
        after place: UploadPlace,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> XMLElement {
        var call = S3Call("GET", nil)
        call.query = [("uploads", ""), ("prefix", prefix), ("max-uploads", "1000")]
        if place != .start {
            call.query += [("key-marker", place.key), ("upload-id-marker", place.id)]
        }
        let answer = try perform(call, deadline: deadline)
        guard let root = XMLElement.parse(answer.body), root.name == "ListMultipartUploadsResult"
        else { throw .malformedAnswer }
        return root
    }

    /// The uploads of a page that were begun before a time.
    private func stale(
        _ page: XMLElement,
        prefix: String,
        begunBefore limit: Int
    ) -> [(key: ObjectKey, id: String)] {
        var found: [(key: ObjectKey, id: String)] = []
        for element in page.children where element.name == "Upload" {
            guard let name = element.text("Key"), let id = element.text("UploadId"),
                let begun = element.text("Initiated").flatMap({ UTCTime.parse(iso: $0) }),
                name.utf8.starts(with: prefix.utf8), begun < limit,
                // Other tools choose names that are no keys here.
                let key = try? ObjectKey(name)
            else { continue }
            found.append((key, id))
        }
        return found
    }

    /// - Parameter marks: those of the folders that were looked at.
    private func isMarked(
        _ key: ObjectKey,
        _ id: String,
        _ marks: inout [String: Set<String>],
        _ deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> Bool {
        let folder = UploadMark.folder(of: key)
        if marks[folder] == nil {
            marks[folder] = try marked(folder, deadline)
        }
        return marks[folder]?.contains(UploadMark.name(of: key, id: id)) ?? false
    }

    /// The names of the marks of a folder; none where they may not be listed, or are too many.
    private func marked(
        _ folder: String,
        _ deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> Set<String> {
        do throws(ObjectStoreError) {
            let listed = try list(prefix: folder, countMax: Self.marksMax, deadline: deadline)
            return Set(listed.map(\.key.lastComponent))
        } catch .permissionDenied {
            return []
        } catch .tooManyObjects {
            return []
        }
    }

    /// - Returns: false for an upload that someone else has ended meanwhile.
    private func abort(
        _ key: ObjectKey,
        _ id: String,
        _ deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> Bool {
        var call = S3Call("DELETE", key)
        call.query = [("uploadId", id)]
        do throws(ObjectStoreError) {
            _ = try perform(call, deadline: deadline)
        } catch .notFound {
            return false
        }
        // A mark that stays belongs to no upload any more, and does nothing.
        if let mark = UploadMark(of: key, id: id) { try? delete(mark.key, deadline: deadline) }
        return true
    }
}

extension ObjectStoreError {
    /// Whether other uploads of the bucket may be aborted all the same.
    fileprivate var isAboutOneUpload: Bool {
        switch self {
        case .permissionDenied, .refused: true
        default: false
        }
    }
}
