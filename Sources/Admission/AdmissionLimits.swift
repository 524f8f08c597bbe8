// SPDX-License-Identifier: Apache-2.0

/// How long predictions may take and wait, whatever transport brings them.
package struct AdmissionLimits: Sendable, Equatable {
    /// The deadline of a prediction that names none.
    package var predictTimeout: Duration = .seconds(30)
    /// Batches that wait for a thread of the predict pool.
    package var queueLengthMax = 64
    /// A batch is refused when it would wait longer than this.
    package var queueWaitMax: Duration = .milliseconds(20)

    /// The defaults.
    package init() {}
}
