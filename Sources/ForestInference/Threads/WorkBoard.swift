// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// Where threads wait until there is work again.
///
/// Proof for the semaphores: they lie in memory that this object owns, are initialized before the
/// first thread starts, and every thread holds a reference to the object while it runs.
final class WorkBoard: Sendable {
    private struct State {
        var threadCount = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let memory: AlignedStorage
    private let onThreadStart: @Sendable () -> Void
    private let body: @Sendable () -> Void

    /// A board for threads that call `onThreadStart`, and then `body` whenever there is work.
    init(
        onThreadStart: @escaping @Sendable () -> Void,
        _ body: @escaping @Sendable () -> Void
    ) {
        self.onThreadStart = onThreadStart
        self.body = body
        memory = unsafe AlignedStorage(byteCount: 2 * AlignedStorage.alignment)
        unsafe sem_init(work, 0, 0)
        unsafe sem_init(done, 0, 0)
    }

    deinit {
        unsafe sem_destroy(work)
        unsafe sem_destroy(done)
    }

    private var work: UnsafeMutablePointer<sem_t> {
        unsafe memory.mutablePointer(to: sem_t.self)
    }

    private var done: UnsafeMutablePointer<sem_t> {
        unsafe memory.mutablePointer(to: sem_t.self, at: AlignedStorage.alignment)
    }

    /// Starts a thread that takes part in every ``run()``; none if the system has no more.
    func startThread() {
        let reference = unsafe Unmanaged.passRetained(self)
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<WorkBoard>.fromOpaque(argument).takeRetainedValue().serve()
                }
                return nil
            },
            reference.toOpaque()
        )
        guard code == 0 else {
            unsafe reference.release()
            return
        }
        pthread_detach(thread)
        state.withLock { $0.threadCount += 1 }
    }

    /// Calls the body on every thread and on the caller's, and returns when all have returned.
    func run() {
        let count = state.withLock { $0.threadCount }
        for _ in 0..<count { unsafe sem_post(work) }
        body()
        for _ in 0..<count { unsafe wait(done) }
    }

    /// Lets all threads end.
    func close() {
        let count = state.withLock { state in
            state.isClosed = true
            return state.threadCount
        }
        for _ in 0..<count { unsafe sem_post(work) }
    }

    private func serve() {
        onThreadStart()
        while true {
            unsafe wait(work)
            if state.withLock({ $0.isClosed }) { return }
            body()
            unsafe sem_post(done)
        }
    }

    private func wait(_ semaphore: UnsafeMutablePointer<sem_t>) {
        // Signals interrupt a wait; it then starts again.
        while unsafe sem_wait(semaphore) != 0 {}
    }
}
