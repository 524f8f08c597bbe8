// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Puts the calling thread after others.
package enum BackgroundThread {
    /// From here on, the thread and all threads that it starts run only on processors that nothing
    /// else wants (SCHED_IDLE), or, where that is forbidden, with the least weight (nice 19).
    /// Neither needs a privilege, and neither can be taken back without one: call it on threads
    /// that end with their work.
    package static func enter() {
        // Not the short turns of the thread that started this one.
        ThreadSchedule.change { $0.slice = ThreadSchedule.patientSlice }
        var parameters = sched_param(sched_priority: 0)
        // Zero is the calling thread; the parameters are read during the call only.
        if unsafe sched_setscheduler(0, schedIdle, &parameters) != 0 {
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
        }
    }

    /// From here on, the thread makes room at once for ordinary ones that have something to do
    /// (nice 10, in turns that others may interrupt), and keeps a tenth of a processor that one of
    /// them keeps busy. A thread that gives way already, or more, is left as it is. It needs no
    /// privilege, and cannot be taken back without one.
    package static func giveWay() {
        let isDone = ThreadSchedule.change { schedule in
            schedule.nice = max(schedule.nice, niceOfGivingWay)
            schedule.slice = ThreadSchedule.patientSlice
        }
        if isDone { return }
        // The number of the calling thread is zero; a failure means that it has less weight.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, CInt(niceOfGivingWay))
    }

    private static let niceOfGivingWay = 10

    /// `SCHED_IDLE` of <linux/sched.h>, which Glibc's module leaves out.
    private static let schedIdle: Int32 = 5
}
