// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Progress of long work: a bar on a terminal, a plain line every two seconds otherwise.
final class ProgressLine: Sendable {
    private let isInteractive: Bool
    private let state = Mutex(State())

    private struct State {
        var title = ""
        var printed: ContinuousClock.Instant?
        var isComplete = false
    }

    init(isInteractive: Bool = Terminal.isInteractive) {
        self.isInteractive = isInteractive
    }

    /// Shows that `share` (0...1) of the work called `title` is done.
    func show(_ title: String, share: Double, detail: String = "") {
        let share = min(max(share, 0), 1)
        guard isDue(title, isComplete: share >= 1) else { return }
        let percent = "\(Int(share * 100)) %"
        guard isInteractive else {
            return Terminal.error("\(title): \(percent)\(detail.isEmpty ? "" : ", ")\(detail)")
        }
        let filled = Int(share * Double(Self.barWidth))
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: "-", count: Self.barWidth - filled)
        Terminal.redraw("\(title) [\(bar)] \(percent) \(detail)" + (share >= 1 ? "\n" : ""))
    }

    /// A new title and the end are always shown, once; in between the pace is bounded.
    private func isDue(_ title: String, isComplete: Bool) -> Bool {
        let pace: Duration = isInteractive ? .milliseconds(100) : .seconds(2)
        return state.withLock { state in
            let now = ContinuousClock.now
            let isNew = state.title != title
            let isDue = state.printed.map { now - $0 >= pace } ?? true
            if !isNew, state.isComplete { return false }
            guard isNew || isComplete || isDue else { return false }
            state = State(title: title, printed: now, isComplete: isComplete)
            return true
        }
    }

    private static let barWidth = 30
}

extension Duration {
    /// "0.8 s", "42 s", "3 min 5 s".
    var brief: String {
        let seconds = Double(components.seconds) + Double(components.attoseconds) * 1e-18
        if seconds < 10 { return "\((seconds * 10).rounded() / 10) s" }
        if seconds < 120 { return "\(Int(seconds.rounded())) s" }
        return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
    }
}
