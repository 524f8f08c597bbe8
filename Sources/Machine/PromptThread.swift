// SPDX-License-Identifier: Apache-2.0

/// Lets the calling thread run as soon as it has something to do.
package enum PromptThread {
    /// From here on, the thread and those that it starts interrupt threads with longer slices when
    /// they wake, as long as they have had no more of the processor than their share. They do so
    /// in short turns, which need no privilege, and by which nobody gets less in the long run.
    package static func enter() {
        // Without slices the thread runs as it does by default.
        ThreadSchedule.change { $0.slice = ThreadSchedule.promptSlice }
    }
}
