// SPDX-License-Identifier: Apache-2.0

internal import CSchedule

/// How the kernel schedules the calling thread: its weight, and how long its turns are.
///
/// Linux gives the processor to the thread whose turn ends first (EEVDF: Earliest Eligible Virtual
/// Deadline First), and since 6.12 it lets one with short slices interrupt one with longer slices
/// as soon as it wakes. Without that, a thread of little weight is left alone until the next tick
/// of the timer, up to 4 ms. Slices change nothing of what each gets in the long run: that is the
/// weight alone. Older kernels ignore them.
///
/// I. Stoica, H. Abdel-Wahab, "Earliest Eligible Virtual Deadline First", 1995;
/// https://docs.kernel.org/scheduler/sched-eevdf.html
package struct ThreadSchedule: Equatable, Sendable {
    /// From -20, the most weight, to 19.
    package var nice: Int
    /// Nil where the kernel has one for all.
    package var slice: Duration?

    /// Of threads whose callers wait: as short as the kernel allows.
    package static let promptSlice = Duration.microseconds(100)
    /// Of threads that give way: longer than any that others have by default.
    package static let patientSlice = Duration.milliseconds(4)

    /// That of the calling thread; nil where it is one of real time or of idle time, whose turns
    /// have other rules, and where the system does not say.
    package static var current: ThreadSchedule? {
        guard let attributes = attributesOfThisThread() else { return nil }
        let nanoseconds = Int64(clamping: attributes.sched_runtime)
        return ThreadSchedule(
            nice: Int(attributes.sched_nice),
            slice: nanoseconds > 0 ? .nanoseconds(nanoseconds) : nil
        )
    }

    /// Changes that of the calling thread, unless it has rules of its own.
    /// - Returns: whether it is so from here on; less weight and any slice need no privilege.
    @discardableResult
    static func change(_ change: (inout ThreadSchedule) -> Void) -> Bool {
        guard let before = current, var attributes = attributesOfThisThread() else { return false }
        var after = before
        change(&after)
        guard after != before else { return true }
        attributes.sched_nice = Int32(clamping: after.nice)
        attributes.sched_runtime = UInt64(clamping: after.slice?.nanosecondsClamped ?? 0)
        // All else is as it was read, and it is read during the call only.
        return unsafe csched_set(&attributes) == 0
    }

    private static func attributesOfThisThread() -> sched_attr? {
        var attributes = sched_attr()
        // Filled during the call, to the size that the call is given.
        guard unsafe csched_get(&attributes) == 0 else { return nil }
        // SCHED_OTHER and SCHED_BATCH.
        return [0, 3].contains(attributes.sched_policy) ? attributes : nil
    }
}
