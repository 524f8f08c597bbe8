// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Independent pieces of work that the caller and one more thread do together, each taking the
/// next one until none is left.
final class SharedPieces<Made: Sendable>: Sendable {
    private let count: Int
    private let body: @Sendable (Int) -> Made
    private let position = Atomic<Int>(0)
    private let results: Mutex<[Made?]>

    private init(_ count: Int, _ body: @escaping @Sendable (Int) -> Made) {
        self.count = count
        self.body = body
        results = Mutex([Made?](repeating: nil, count: count))
    }

    /// What `body` makes of 0 ..< `count`, in this order. The caller works alone where there is one
    /// piece, or no thread.
    static func map(_ count: Int, _ body: @escaping @Sendable (Int) -> Made) -> [Made] {
        let pieces = SharedPieces(count, body)
        if count > 1 {
            let board = WorkBoard(onThreadStart: {}) { pieces.work() }
            board.startThread()
            board.run()
            board.close()
        } else {
            pieces.work()
        }
        return pieces.results.withLock { $0.compactMap(\.self) }
    }

    private func work() {
        while true {
            let piece = position.wrappingAdd(1, ordering: .relaxed).oldValue
            guard piece < count else { return }
            let result = body(piece)
            results.withLock { $0[piece] = result }
        }
    }
}
