// SPDX-License-Identifier: Apache-2.0

package import NIOCore

extension MonotonicTime {
    /// The time on the clock of the event loops.
    package static func now() -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds))
    }

    /// The same point for an event loop's schedule.
    package var deadline: NIODeadline {
        .uptimeNanoseconds(UInt64(clamping: nanoseconds))
    }
}
