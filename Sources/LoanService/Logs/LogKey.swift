// SPDX-License-Identifier: Apache-2.0

/// Keys of log metadata.
package enum LogKey {
    package static let bucket = "bucket"
    package static let bytes = "bytes"
    package static let calls = "calls"
    package static let count = "count"
    package static let error = "error"
    package static let iterations = "model.iterations"
    package static let milliseconds = "duration.ms"
    package static let modelName = "model.name"
    package static let modelVersion = "model.version"
    package static let objectName = "object.name"
    package static let operation = "operation"
    package static let port = "port"
    package static let repeatedRows = "rows.repeated"
    package static let rows = "rows"
    package static let seed = "seed"
    package static let signal = "signal"
    package static let unseenRows = "rows.unseen"
}
