// SPDX-License-Identifier: Apache-2.0

/// The limits of long work, and how often its callers are informed.
package struct JobLimits: Sendable {
    /// Jobs that are remembered; the one that finished first is forgotten first.
    package var countMax = 64
    /// How long a finished job is remembered.
    package var keptTime = Duration.seconds(3600)
    /// Clients that watch one job at a time; of more, the one that has watched longest is left.
    package var watchersMax = 16
    /// Work that is done in this time is answered with its own status; longer work gets its head
    /// now and its result later. Below the 60 s after which a load balancer gives up.
    package var answerTime = Duration.seconds(15)
    /// Between two signs of life on a connection that waits.
    package var heartbeatInterval = Duration.seconds(10)
    /// Between two reports of progress to a watcher.
    package var progressInterval = Duration.milliseconds(250)

    /// Between two writings of the record of a job, where servers share their jobs.
    package var sharedInterval = Duration.seconds(2)
    /// A job whose server has written nothing for this time has ended with that server.
    package var lostTime = Duration.seconds(30)
    /// Attempts at writing how a job ended.
    package var sharedAttemptsMax = 100

    /// The limits of a server.
    package init() {}
}
