// SPDX-License-Identifier: Apache-2.0

package import Machine
package import NIOCore

extension MonotonicTime {
    /// The same point for an event loop's schedule.
    package var deadline: NIODeadline { .uptimeNanoseconds(UInt64(clamping: nanoseconds)) }
}
