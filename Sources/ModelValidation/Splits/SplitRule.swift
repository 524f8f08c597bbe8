// SPDX-License-Identifier: Apache-2.0

/// By what rows are divided.
package enum SplitRule: Equatable, Sendable {
    /// At random; rows that are equal stay together.
    case rows
    /// At random; rows of one group stay together, such as those of one customer. A code for each
    /// row.
    case groups([UInt32])
    /// The latest rows test, those before them calibrate, those before these say when to stop (out
    /// of time); rows of one time stay together. A time for each row, in any unit.
    case times([Double])
}
