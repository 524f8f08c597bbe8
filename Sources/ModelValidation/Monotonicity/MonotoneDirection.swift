// SPDX-License-Identifier: Apache-2.0

/// Which way a margin may go while one feature rises and all others stay.
package enum MonotoneDirection: Int, Sendable {
    /// It never falls.
    case increasing = 1
    /// It never rises.
    case decreasing = -1

    /// What margins are multiplied by so that they may never fall.
    var sign: Float { Float(rawValue) }
}
