// SPDX-License-Identifier: Apache-2.0

/// How log lines are written.
package enum LogFormat: String, CaseIterable, Sendable {
    /// One JSON object a line, for an operator's pipeline.
    case json
    /// One readable line.
    case text
}
