// SPDX-License-Identifier: Apache-2.0

import ObjectStorage
import Synchronization

/// The real file system until a chosen call, which fails or kills.
///
/// Calls that change something are counted. Killing leaves the files as they are, half a write
/// included, releases all descriptors as the end of a process does, and lets nothing happen after.
final class FaultyFileSystem: FileSystem {
    enum Fault {
        case failing(code: Int32)
        case killing
    }

    private struct State {
        var left: Int
        var hasFired = false
        var isDead = false
        var open: Set<Int32> = []
    }

    private let real = LinuxFileSystem()
    private let fault: Fault
    private let operations: Set<FileOperation>
    private let freeBytes: Int?
    private let state: Mutex<State>

    /// - Parameters:
    ///   - index: the call that fails, counted from 0.
    ///   - operations: the calls that count.
    ///   - freeBytes: what the disk is said to have left; nil says what it has.
    init(
        _ fault: Fault,
        at index: Int,
        of operations: Set<FileOperation>,
        freeBytes: Int? = nil
    ) {
        self.fault = fault
        self.operations = operations
        self.freeBytes = freeBytes
        state = Mutex(State(left: index))
    }

    /// Whether the chosen call was reached.
    var hasFired: Bool { state.withLock { $0.hasFired } }

    private func check(
        _ operation: FileOperation,
        dying: () -> Void = {}
    ) throws(SystemError) {
        let verdict: Int32? = state.withLock { state in
            if state.isDead { return 5 }
            guard operations.contains(operation), !state.hasFired else { return nil }
            if state.left > 0 {
                state.left -= 1
                return nil
            }
            state.hasFired = true
            switch fault {
            case .failing(let code): return code
            case .killing:
                dying()
                state.isDead = true
                for file in state.open { try? real.close(file) }
                return 5
            }
        }
        if let verdict { throw SystemError(operation, verdict) }
    }

    private func opened(_ file: Int32) -> Int32 {
        state.withLock { _ = $0.open.insert(file) }
        return file
    }

    func openRoot(_ path: String) throws(SystemError) -> Int32 {
        opened(try real.openRoot(path))
    }

    func open(
        _ name: String,
        in folder: Int32,
        _ mode: OpenMode
    ) throws(SystemError) -> Int32 {
        try check(.open)
        return opened(try real.open(name, in: folder, mode))
    }

    func close(_ file: Int32) throws(SystemError) {
        if state.withLock({ $0.isDead }) { return }
        state.withLock { _ = $0.open.remove(file) }
        try real.close(file)
        try check(.close)
    }

    func status(_ file: Int32) throws(SystemError) -> FileStatus {
        try check(.status)
        return try real.status(file)
    }

    func status(of name: String, in folder: Int32) throws(SystemError) -> FileStatus {
        try check(.status)
        return try real.status(of: name, in: folder)
    }

    func target(of name: String, in folder: Int32) throws(SystemError) -> String? {
        try check(.status)
        return try real.target(of: name, in: folder)
    }

    func read(
        _ file: Int32,
        at offset: Int,
        into buffer: inout [UInt8],
        bytesMax: Int
    ) throws(SystemError) {
        try check(.read)
        try real.read(file, at: offset, into: &buffer, bytesMax: bytesMax)
    }

    func write(_ file: Int32, _ bytes: Span<UInt8>) throws(SystemError) -> Int {
        try check(.write) {
            _ = try? real.write(file, bytes.extracting(0..<bytes.count / 2))
        }
        return try real.write(file, bytes)
    }

    func setDirect(_ file: Int32, _ isDirect: Bool) throws(SystemError) {
        try check(.status)
        try real.setDirect(file, isDirect)
    }

    func sync(_ file: Int32) throws(SystemError) {
        try check(.sync)
        try real.sync(file)
    }

    func rename(
        _ name: String,
        to newName: String,
        in folder: Int32
    ) throws(SystemError) {
        try check(.rename)
        try real.rename(name, to: newName, in: folder)
    }

    func remove(_ name: String, in folder: Int32) throws(SystemError) {
        try check(.remove)
        try real.remove(name, in: folder)
    }

    func makeFolder(_ name: String, in folder: Int32) throws(SystemError) {
        try check(.makeFolder)
        try real.makeFolder(name, in: folder)
    }

    func tryLock(_ file: Int32) throws(SystemError) -> Bool {
        try check(.lock)
        return try real.tryLock(file)
    }

    func freeSpace(_ folder: Int32) throws(SystemError) -> FreeSpace {
        try check(.space)
        let real = try real.freeSpace(folder)
        return FreeSpace(bytes: freeBytes ?? real.bytes, device: real.device)
    }

    func names(in folder: Int32) throws(SystemError) -> [String] {
        try check(.list)
        return try real.names(in: folder)
    }

    func fileTime() -> Int64 { real.fileTime() }
    func pause() { real.pause() }
    func uniqueNumber() -> UInt64 { real.uniqueNumber() }
}
