// SPDX-License-Identifier: Apache-2.0

/// How decisions are exported.
package enum ExportFormat: String, Sendable, CaseIterable {
    /// A JSON object a line.
    case jsonl
    /// A table with a header.
    case csv
}
