// SPDX-License-Identifier: Apache-2.0

import HTTPServer
import LoanRPC
import LoanServer
import Machine
import Testing

@Suite struct UnreadAnswersTests {
    private static let start = MonotonicTime(nanoseconds: 0)

    private static func second(_ second: Int) -> MonotonicTime {
        start.advanced(by: .seconds(second))
    }

    /// 30 s, and 16 KiB a second.
    private static let limits = HTTPLimits()

    @Test func aClientThatTakesNothingIsClosed() {
        var answers = UnreadAnswers(limits: Self.limits)
        var isStalled: Bool
        answers.begin(byteCount: 1 << 20, now: Self.start)
        for second in 0..<30 {
            isStalled = answers.areStalled(waiting: 1 << 20, now: Self.second(second))
            #expect(!isStalled)
        }
        isStalled = answers.areStalled(waiting: 1 << 20, now: Self.second(30))
        #expect(isStalled)
    }

    @Test(arguments: [(1 << 20, 64), (64 << 10, 4), (0, 0)])
    func aClientThatTakesAByteASecondIsClosed(byteCount: Int, seconds: Int) {
        var answers = UnreadAnswers(limits: Self.limits)
        if byteCount > 0 { answers.begin(byteCount: byteCount, now: Self.start) }
        // Short answers that have piled up, where there is no long one.
        var second = 0
        while !answers.areStalled(waiting: 1 << 20 - second, now: Self.second(second)) {
            second += 1
            guard second < 1000 else { break }
        }
        #expect(second == 30 + (byteCount == 0 ? 64 : seconds))
    }

    @Test func aClientThatTakesTheLeastIsKept() {
        var answers = UnreadAnswers(limits: Self.limits)
        var isStalled: Bool
        answers.begin(byteCount: 64 << 10, now: Self.start)
        for second in stride(from: 4, to: 10_000, by: 4) {
            // Something waits all the time.
            answers.begin(byteCount: 64 << 10, now: Self.second(second))
            isStalled = answers.areStalled(waiting: 64 << 10 - second, now: Self.second(second))
            #expect(!isStalled)
            answers.take(byteCount: 64 << 10, now: Self.second(second))
        }
    }

    @Test func whatWasTakenFastIsNoCreditForWhatFollows() {
        var answers = UnreadAnswers(limits: Self.limits)
        answers.begin(byteCount: 16 << 10, now: Self.start)
        for _ in 0..<1000 {
            answers.begin(byteCount: 16 << 10, now: Self.start)
            answers.take(byteCount: 16 << 10, now: Self.start)
        }
        #expect(answers.deadline == Self.second(31))
        answers.take(byteCount: 16 << 10, now: Self.start)
        #expect(answers.deadline == .distantFuture)
    }

    @Test func pilesOfShortAnswersAreForgottenWhenTheyAreTaken() {
        var answers = UnreadAnswers(limits: Self.limits)
        var isStalled: Bool
        isStalled = answers.areStalled(waiting: 16 << 10, now: Self.start)
        #expect(!isStalled)
        #expect(answers.deadline == Self.second(31))
        answers.clear()
        #expect(answers.deadline == .distantFuture)
        isStalled = answers.areStalled(waiting: 16 << 10, now: Self.second(100))
        #expect(!isStalled)
    }
}
