// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Starts threads, and reports when there are none left: Foundation's `Thread` does not.
package enum OwnThread {
    /// The system has no thread or no memory for its stack; the code of `pthread_create`.
    package struct Unavailable: Error, Equatable {
        /// A number of errno.
        package let code: CInt
    }

    /// As large as that of a main thread: libxgboost recurses once per level of a tree.
    package static let stackBytes = 8 << 20

    /// Runs `body` on a thread that ends with it.
    /// - Parameter stackBytes: size of the stack.
    /// - Throws: when no thread was started; `body` does not run then.
    package static func start(
        stackBytes: Int = stackBytes,
        _ body: @escaping @Sendable () -> Void
    ) throws(Unavailable) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        let sizeCode = unsafe pthread_attr_setstacksize(&attributes, stackBytes)
        guard sizeCode == 0 else { throw Unavailable(code: sizeCode) }
        // The thread owns its work from here on; where there is no thread, it is released below.
        let work = unsafe Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            },
            unsafe work.toOpaque()
        )
        guard code == 0 else {
            unsafe work.release()
            throw Unavailable(code: code)
        }
    }

    private final class Work {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
