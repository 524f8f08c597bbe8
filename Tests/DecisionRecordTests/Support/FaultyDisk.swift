// SPDX-License-Identifier: Apache-2.0

import DecisionRecord
import Foundation
import Synchronization

/// A disk that fails or is slow as long as it is said to.
final class FaultyDisk: SegmentDisk {
    private struct State {
        var failing: RecordFileOperation?
        var code: Int32 = 28
        var delay: useconds_t = 0
        var bytesMax = Int.max
        var syncs = 0
    }

    private let real = LinuxSegmentDisk()
    private let state: Mutex<State>
    private let gate = NSLock()

    /// - Parameter bytesMax: what a write takes at most.
    init(failing: RecordFileOperation? = nil, bytesMax: Int = .max, delay: useconds_t = 0) {
        state = Mutex(State(failing: failing, delay: delay, bytesMax: bytesMax))
    }

    /// Does something while no call of the disk is under way.
    func hold<Value>(_ body: () throws -> Value) rethrows -> Value {
        gate.lock()
        defer { gate.unlock() }
        return try body()
    }

    /// Begins or ends to fail.
    func fail(_ operation: RecordFileOperation?) { state.withLock { $0.failing = operation } }

    var syncCount: Int { state.withLock { $0.syncs } }

    private func check(
        _ operation: RecordFileOperation,
        _ path: String
    ) throws(RecordFileError) {
        let (failing, code) = state.withLock { ($0.failing, $0.code) }
        if failing == operation { throw RecordFileError(path, operation, code) }
    }

    func open(_ path: String) throws(RecordFileError) -> Int32 {
        try check(.open, path)
        return try real.open(path)
    }

    func write(
        _ file: Int32,
        _ bytes: Span<UInt8>,
        at offset: Int,
        path: String
    ) throws(RecordFileError) -> Int {
        try check(.write, path)
        let count = min(bytes.count, state.withLock { $0.bytesMax })
        gate.lock()
        defer { gate.unlock() }
        return try real.write(file, bytes.extracting(first: count), at: offset, path: path)
    }

    func cut(_ file: Int32, to byteCount: Int, path: String) throws(RecordFileError) {
        try check(.cut, path)
        gate.lock()
        defer { gate.unlock() }
        try real.cut(file, to: byteCount, path: path)
    }

    func sync(_ file: Int32, path: String) throws(RecordFileError) {
        try check(.sync, path)
        let delay = state.withLock { state in
            state.syncs += 1
            return state.delay
        }
        if delay > 0 { usleep(delay) }
        try real.sync(file, path: path)
    }

    func close(_ file: Int32) { real.close(file) }
}
