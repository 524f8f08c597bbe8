// SPDX-License-Identifier: Apache-2.0

import LoanService
import Logging
import Synchronization
import Testing

/// What the log says of models that are looked at every ten seconds.
@Suite struct ModelCheckLogTests {
    private static let away = "storage cannot be asked for a newer model; the one in memory is kept"
    private static let broken = "the changed model does not load; the old one is kept"
    private static let putOff = "a look for a newer model is put off; the one in memory is kept"
    private static let again = "storage has been asked for a newer model again"

    private static func outage(_ message: String) -> ModelCheck {
        .failed(.unavailable(message: message, retryAfterSeconds: 1))
    }

    private static func damage(_ message: String) -> ModelCheck {
        .failed(.dataLoss(FieldProblem(.modelName, message, kind: .damaged)))
    }

    /// What is logged of the outcomes of looks at one model.
    private func logged(_ checks: [ModelCheck]) -> [String] {
        let lines = Lines()
        let log = ModelCheckLog(Logger(label: "test") { _ in lines })
        for check in checks { log.report(.named("risk"), check) }
        return lines.all
    }

    @Test func anOutageIsOneLineAndItsEndAnother() {
        let outage = [Self.outage("refused"), Self.outage("no answer"), Self.outage("refused")]
        #expect(logged(outage) == [Self.away])
        let checks = outage + [.unchanged, .unchanged] + outage + [.replaced]
        #expect(logged(checks) == [Self.away, Self.again, Self.away, Self.again])
    }

    @Test func aModelThatDoesNotLoadIsOneLineForEachReason() {
        let cut = [Self.damage("cut"), Self.damage("cut")]
        #expect(logged(cut) == [Self.broken])
        #expect(logged(cut + [Self.damage("flipped")]) == [Self.broken, Self.broken])
    }

    @Test func anOutageIsNotAModelThatDoesNotLoad() {
        let checks = [Self.damage("cut"), Self.outage("refused"), Self.damage("cut")]
        #expect(logged(checks) == [Self.broken, Self.away, Self.broken])
    }

    @Test func aLookThatIsPutOffIsNotAModelThatDoesNotLoad() {
        let busy = ModelCheck.failed(.busy(message: "7 MiB are free", retryAfterSeconds: 1))
        let less = ModelCheck.failed(.busy(message: "6 MiB are free", retryAfterSeconds: 1))
        let full = ModelCheck.failed(.outOfSpace(message: "no space is left"))
        #expect(logged([busy, less, full, busy, .replaced]) == [Self.putOff, Self.again])
    }

    @Test func whatGoesWellIsNotLogged() {
        #expect(logged([.unchanged, .replaced, .unchanged]) == [])
    }

    @Test func eachModelHasItsOwnState() {
        let lines = Lines()
        let log = ModelCheckLog(Logger(label: "test") { _ in lines })
        for _ in 0..<3 {
            for name in ["risk", "other"] { log.report(.named(name), Self.outage("refused")) }
        }
        #expect(lines.all == [Self.away, Self.away])
    }

    /// Keeps the messages.
    private final class Lines: LogHandler {
        private let messages = Mutex<[String]>([])

        var all: [String] { messages.withLock { $0 } }
        var logLevel: Logger.Level {
            get { .info }
            set { _ = newValue }
        }
        var metadata: Logger.Metadata {
            get { [:] }
            set { _ = newValue }
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { nil }
            set { _ = newValue }
        }

        func log(event: LogEvent) { messages.withLock { $0.append("\(event.message)") } }
    }
}
