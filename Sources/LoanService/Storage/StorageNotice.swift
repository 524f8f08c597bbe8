// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// What the people who run a program learn of their store, though the work goes on.
package enum StorageNotice: Sendable, Equatable {
    /// The store is away as finished work is to be stored; it is waited for.
    case waiting(bucket: String, cause: String, waitMax: Duration)
    /// The store lacks what protects writers from each other.
    case lacking(bucket: String, finding: String)
}

extension StorageNotice: CustomStringConvertible {
    /// A sentence for users.
    package var description: String {
        switch self {
        case .waiting(let bucket, let cause, let waitMax):
            "\(cause) (s3://\(bucket)); what was made is kept, and storing it is tried "
                + "again for up to \(waitMax.components.seconds) s"
        case .lacking(let bucket, let finding): "s3://\(bucket): \(finding)"
        }
    }
}

extension StorageNotice {
    /// Writes the notice to a server's log.
    func log(to logger: Logger) {
        switch self {
        case .waiting(let bucket, let cause, let waitMax):
            logger.warning(
                "the store is away; what was made waits for it",
                metadata: [
                    LogKey.bucket: "\(bucket)", LogKey.error: "\(cause)",
                    LogKey.milliseconds: "\(waitMax.milliseconds)",
                ]
            )
        case .lacking(let bucket, let finding):
            logger.warning(
                "the store does not keep the conditions of writes",
                metadata: [LogKey.bucket: "\(bucket)", LogKey.error: "\(finding)"]
            )
        }
    }
}
