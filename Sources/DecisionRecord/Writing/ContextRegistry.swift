// SPDX-License-Identifier: Apache-2.0

internal import Digest
internal import Synchronization

/// The contexts that frames may refer to: in memory for the writer, and in files for a process that
/// goes on with what is in the ring.
final class ContextRegistry: Sendable {
    private struct State {
        var next: UInt32
        /// The messages by number.
        var messages: [UInt32: [UInt8]] = [:]
        /// Numbers by the digest of the message without its number.
        var numbers: [[UInt8]: UInt32] = [:]
        /// Files of what this process's decisions are made with.
        var pinned: Set<[UInt8]> = []
    }

    private let folder: String
    private let state: Mutex<State>

    /// - Parameters:
    ///   - folder: of the files.
    ///   - next: above every number that the stream has.
    init(folder: String, next: UInt32) throws(RecordFileError) {
        self.folder = folder
        try RecordFolder.make(folder)
        var state = State(next: next)
        for name in try RecordFolder.names(folder) {
            guard let number = UInt32(name), number > 0 else { continue }
            var message: [UInt8] = []
            try RecordFolder.read(folder + "/" + name) { piece in
                // The span is read during the call only.
                unsafe piece.withUnsafeBufferPointer { unsafe message.append(contentsOf: $0) }
                return message.count <= RecordLimits.contextBytesMax
            }
            state.messages[number] = message
            state.next = max(state.next, number &+ 1)
        }
        self.state = Mutex(state)
    }

    /// The number that the next context gets.
    var next: UInt32 { state.withLock { $0.next } }

    /// Digests of the files that may be needed by frames to come.
    var pinned: Set<[UInt8]> { state.withLock { $0.pinned } }

    /// The message of a context; nil for one that is not known.
    func message(_ number: UInt32) -> [UInt8]? { state.withLock { $0.messages[number] } }

    /// Gives a context a number; equal ones have the same.
    func register(_ context: DecisionContext) throws(RecordError) -> ContextNumber {
        let digest = SHA256.hash(context.message(nil))
        let outcome = state.withLock { state -> Result<UInt32, RecordError> in
            if let number = state.numbers[digest] { return .success(number) }
            guard state.numbers.count < RecordLimits.contextsMax else {
                return .failure(.tooManyContexts(limit: RecordLimits.contextsMax))
            }
            let number = state.next
            let message = context.message(ContextNumber(rawValue: number))
            guard message.count <= RecordLimits.contextBytesMax else {
                return .failure(.contextTooLarge(limit: RecordLimits.contextBytesMax))
            }
            do throws(RecordFileError) {
                // Before any frame refers to it. What survives a power cut in the ring may refer to
                // it too.
                try RecordFolder.write(
                    message.span,
                    to: folder + "/" + String(number),
                    isDurable: true
                )
            } catch {
                return .failure(.file(error))
            }
            state.next += 1
            state.messages[number] = message
            state.numbers[digest] = number
            state.pinned.formUnion(context.pinned)
            return .success(number)
        }
        return ContextNumber(rawValue: try outcome.get())
    }

    /// Forgets contexts of processes before this one, whose frames are all in segments.
    func forget(below number: UInt32) {
        let old = state.withLock { state in
            let old = state.messages.keys.filter { $0 < number }
            for number in old { state.messages[number] = nil }
            return old
        }
        // What cannot be removed is read and removed by the next process.
        for number in old { try? RecordFolder.remove(folder + "/" + String(number)) }
    }
}
