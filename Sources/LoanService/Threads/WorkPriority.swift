// SPDX-License-Identifier: Apache-2.0

/// How data preparation and training stand to everything else on the machine.
package enum WorkPriority: Sendable {
    /// They are what the process is for, as on the command line.
    case foreground
    /// They take what predictions leave: one thread less, on processors that nothing else wants.
    case background
}
