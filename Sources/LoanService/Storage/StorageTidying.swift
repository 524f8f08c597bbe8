// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import ObjectStorage

/// Clears storage of what a killed process left: temporary files under the storage root, and
/// uploads in parts to the buckets that are configured. Blocking; failures are logged.
///
/// Temporary files of living writers are locked, and an upload of ours takes ten minutes at most, so
/// that nobody's work is touched. A lifecycle rule of the bucket does the same for those that are
/// not configured here.
struct StorageTidying {
    let resolver: StorageResolver
    let logger: Logger

    /// Uploads below this age may still be at work.
    private static let uploadAgeMin = Duration.seconds(3_600)
    /// One bucket is tidied within this time.
    private static let timeMax = Duration.seconds(60)

    func run() {
        do {
            try resolver.local.sweepTemporaries()
        } catch {
            logger.warning(
                "temporary files are not removed",
                metadata: [LogKey.error: "\(error.description)"]
            )
        }
        for bucket in (resolver.buckets ?? []).sorted() { tidy(bucket) }
    }

    private func tidy(_ bucket: String) {
        do {
            let count = try resolver.s3.store(BucketName(bucket)).abortStaleUploads(
                prefix: "",
                olderThan: Self.uploadAgeMin,
                deadline: .now + Self.timeMax
            ) { key in
                // Only objects of a generation are ours.
                ArtifactLocation.isObjectOfAGeneration(key)
            }
            guard count > 0 else { return }
            logger.notice(
                "stale uploads aborted",
                metadata: [LogKey.bucket: "\(bucket)", LogKey.count: "\(count)"]
            )
        } catch {
            logger.warning(
                "stale uploads are not aborted",
                metadata: [LogKey.bucket: "\(bucket)", LogKey.error: "\(error.description)"]
            )
        }
    }
}
