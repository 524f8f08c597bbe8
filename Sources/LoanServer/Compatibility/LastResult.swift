// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// What was made of the last input. Callers ask for the same model again and again, and to read
/// what their calls have in common costs as much as scoring a row.
final class LastResult<Input: Equatable & Sendable, Output: Sendable>: Sendable {
    private let last = Mutex<(input: Input, output: Output)?>(nil)

    /// What was made of an equal input, if that was the last one that was kept.
    subscript(input: Input) -> Output? {
        last.withLock { last in
            guard let last, last.input == input else { return nil }
            return last.output
        }
    }

    /// Keeps a result in place of the one before it.
    func keep(_ output: Output, of input: Input) {
        last.withLock { $0 = (input, output) }
    }
}
