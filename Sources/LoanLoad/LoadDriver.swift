// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
package import Machine
internal import NIOCore

/// How one call has ended.
package enum LoadOutcome: Sendable {
    /// It succeeded; false where the check refused the answer.
    case answered(isRight: Bool)
    case failed(code: String)
}

/// One connection of a target. Lives on its event loop.
package protocol LoadTarget: AnyObject {
    /// Calls that may be under way at once.
    var inFlightMax: Int { get }
    /// Rows of a request.
    func rows(of request: Int) -> Int
    /// Sends a request; `onEnd` is called once, on the event loop.
    func send(_ request: Int, onEnd: @escaping (LoadOutcome) -> Void)
}

/// Makes the calls of one connection at their times and counts their ends. Lives on the event
/// loop of its target.
final class LoadDriver {
    private let target: any LoadTarget
    private let eventLoop: any EventLoop
    private let inFlightMax: Int
    private let countFrom: MonotonicTime
    private let stopAt: MonotonicTime
    private let requestCount: Int
    private var schedule: ArrivalSchedule?
    private var underWay = 0
    private var sent = 0
    /// Calls that are due but wait for one under way, by the time they were due.
    private var backlog: [MonotonicTime] = []
    private var backlogStart = 0
    private var isTimed = false
    private var isPumping = false
    private(set) var tally = LoadTally()

    init(
        _ target: any LoadTarget,
        eventLoop: any EventLoop,
        inFlight: Int,
        requestCount: Int,
        schedule: ArrivalSchedule?,
        countFrom: MonotonicTime,
        stopAt: MonotonicTime
    ) {
        self.target = target
        self.eventLoop = eventLoop
        inFlightMax = max(1, min(inFlight, target.inFlightMax))
        self.requestCount = requestCount
        self.schedule = schedule
        self.countFrom = countFrom
        self.stopAt = stopAt
    }

    /// Whether calls are still under way or waiting.
    var isIdle: Bool { underWay == 0 && backlogStart == backlog.count }

    func start() {
        if schedule == nil {
            for _ in 0..<inFlightMax { send(dueAt: .now()) }
        } else {
            pump()
        }
    }

    /// Gives up: what has not ended is counted as such.
    func giveUp() {
        let waiting = underWay + backlog.count - backlogStart
        if waiting > 0 { tally.errors["UNFINISHED", default: 0] += waiting }
        backlog = []
        backlogStart = 0
    }

    private func send(dueAt due: MonotonicTime) {
        underWay += 1
        let request = sent % requestCount
        sent += 1
        let start = MonotonicTime.now()
        target.send(request) { [self] outcome in
            underWay -= 1
            count(outcome, request, due: due, sentAt: start)
            if schedule == nil { sendNext(after: outcome) } else { pump() }
        }
    }

    /// A closed loop goes on at once, but does not spin on a server that is gone; nor does it send
    /// once the run has ended, while it waits to.
    private func sendNext(after outcome: LoadOutcome) {
        guard case .failed = outcome else { return sendUntilEnd() }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: .milliseconds(10)) { bound.value.sendUntilEnd() }
    }

    private func sendUntilEnd() {
        if MonotonicTime.now() < stopAt { send(dueAt: .now()) }
    }

    private func count(
        _ outcome: LoadOutcome,
        _ request: Int,
        due: MonotonicTime,
        sentAt start: MonotonicTime
    ) {
        guard due >= countFrom else { return }
        switch outcome {
        case .answered(let isRight):
            let time = MonotonicTime.now().nanoseconds(since: due)
            tally.succeed(rows: target.rows(of: request), nanoseconds: time)
            if !isRight { tally.wrongAnswers += 1 }
        case .failed(let code):
            tally.fail(code, nanoseconds: MonotonicTime.now().nanoseconds(since: start))
        }
    }

    /// Sends the calls that are due, and returns for the others.
    private func pump() {
        // A call that fails at once ends inside `send`.
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        let now = MonotonicTime.now()
        while let due = schedule?.due, due <= now, due < stopAt {
            backlog.append(due)
            schedule?.advance()
        }
        while underWay < inFlightMax, backlogStart < backlog.count {
            let due = backlog[backlogStart]
            backlogStart += 1
            send(dueAt: due)
        }
        if backlogStart > 1024, backlogStart * 2 > backlog.count {
            backlog.removeFirst(backlogStart)
            backlogStart = 0
        }
        guard !isTimed, let due = schedule?.due, due < stopAt else { return }
        isTimed = true
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(deadline: due.deadline) {
            bound.value.isTimed = false
            bound.value.pump()
        }
    }
}
