// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import LoanService
internal import Logging

extension LoanService {
    /// The operations for one command, on the storage that the environment names. Their log is for
    /// servers: only errors pass, and notices about the store.
    static func forCommand(
        storageRoot: String = "/",
        threads: Int? = nil
    ) throws -> LoanService {
        var logger = Logger(label: "loan-default") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        do {
            return try LoanService(
                storageRoot: storageRoot,
                environment: ProcessInfo.processInfo.environment,
                threadCount: threads,
                onStorageNotice: { notice in
                    // What a store lacks is among the warnings of the work itself.
                    if case .lacking = notice { return }
                    Terminal.error("loan-default: \(notice)")
                },
                logger: logger
            )
        } catch {
            throw CommandFailure.usage("\(error)")
        }
    }
}

extension StorageLocation {
    /// The object that `s3://BUCKET/KEY` names; nil for any other text.
    init?(address: String) {
        let scheme = "s3://"
        guard address.hasPrefix(scheme) else { return nil }
        let rest = address.dropFirst(scheme.count)
        let bucket = rest.prefix { $0 != "/" }
        self = .s3(bucket: String(bucket), key: String(rest.dropFirst(bucket.count + 1)))
    }
}

extension ServiceError {
    /// One line without the field, for errors that name the file instead.
    var reason: String {
        switch self {
        case .invalid(let problems): problems.map(\.message).joined(separator: "; ")
        case .notFound(let problem), .tooLarge(let problem), .forbidden(let problem),
            .conflict(let problem), .dataLoss(let problem):
            problem.message
        case .busy(let message, _), .unavailable(let message, _), .outOfSpace(let message),
            .deadlineExceeded(let message):
            message
        case .cancelled, .fault: sentence
        }
    }
}
