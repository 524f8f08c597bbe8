// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import ObjectStorage

/// Clears storage of what a killed process left: temporary files under the storage root, and
/// uploads in parts to the buckets that are configured. Blocking; failures are logged.
///
/// Temporary files of living writers are locked, and an upload of ours takes an hour at most, so
/// that nobody's work is touched. Ours are those of generations, by their keys, and those that are
/// marked as ours, such as the results of commands. A lifecycle rule of the bucket does the same
/// for buckets that are not configured here.
struct StorageSweep {
    let resolver: StorageResolver
    let logger: Logger

    /// Uploads below this age may still be at work.
    private static let uploadAgeMin = Duration.seconds(2 * 3_600)
    /// One bucket is swept within this time.
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
        for bucket in (resolver.buckets ?? []).sorted() { sweep(bucket) }
    }

    private func sweep(_ bucket: String) {
        do {
            let stale = try resolver.s3.store(BucketName(bucket)).abortStaleUploads(
                prefix: "",
                olderThan: Self.uploadAgeMin,
                deadline: .now + Self.timeMax
            ) { key in
                ArtifactLocation.isObjectOfAGeneration(key)
            }
            if stale.aborted > 0 {
                logger.notice(
                    "stale uploads aborted",
                    metadata: [LogKey.bucket: "\(bucket)", LogKey.count: "\(stale.aborted)"]
                )
            }
            if let refusal = stale.refusal {
                logger.warning(
                    "stale uploads are not aborted",
                    metadata: [LogKey.bucket: "\(bucket)", LogKey.error: "\(refusal.description)"]
                )
            }
            if stale.hasMore {
                logger.warning(
                    "there are more unfinished uploads than are looked at",
                    metadata: [
                        LogKey.bucket: "\(bucket)",
                        LogKey.count: "\(S3Store.uploadPagesMax * 1_000)",
                    ]
                )
            }
        } catch {
            logger.warning(
                "stale uploads are not aborted",
                metadata: [LogKey.bucket: "\(bucket)", LogKey.error: "\(error.description)"]
            )
        }
    }
}
