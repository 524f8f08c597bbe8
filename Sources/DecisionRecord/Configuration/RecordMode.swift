// SPDX-License-Identifier: Apache-2.0

/// What a server promises about the record of its decisions.
package enum RecordMode: String, Sendable, CaseIterable {
    /// Nothing is recorded.
    case off
    /// Everything is recorded for which there is room; what is not is counted, and a frame says how
    /// much it was. Answers never wait.
    case bestEffort = "best-effort"
    /// No decision is answered that is not recorded: what is recorded survives the end of the
    /// process, however it ends.
    case required
    /// No decision is answered that is not on the disk: what is recorded survives a power cut.
    case durable

    /// Whether a decision that cannot be recorded must not be answered.
    package var refuses: Bool { self == .required || self == .durable }
}
