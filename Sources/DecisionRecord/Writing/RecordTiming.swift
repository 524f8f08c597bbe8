// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The times of a record's threads, and its clock, so that tests need not wait.
package struct RecordTiming: Sendable {
    /// Milliseconds since 1970.
    package var now: @Sendable () -> Int64 = RecordTiming.systemTime
    /// Between two looks of the writer for what to do.
    package var tick = RecordLimits.writerTick
    /// How long the writer sleeps while there is nothing.
    package var sleep = RecordLimits.writerSleep
    /// After a failed write, until the next one.
    package var retry = RecordLimits.retryInterval
    /// The longest time between two tries of an upload.
    package var uploadRetryMax = RecordLimits.uploadRetryMax
    /// Between two looks for what is too old.
    package var retention = RecordLimits.retentionInterval
    /// How long an append may wait for room.
    package var room = RecordLimits.roomPatience
    /// How long a decision may wait for the disk.
    package var durable = RecordLimits.durablePatience
    /// How long the end of a record may take.
    package var stop = RecordLimits.stopPatience

    /// The times of a server.
    package init() {}

    /// The system's clock.
    package static func systemTime() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
