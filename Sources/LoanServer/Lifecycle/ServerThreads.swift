// SPDX-License-Identifier: Apache-2.0

internal import Machine
package import NIOCore
package import NIOPosix

/// The threads that a server works on in addition to those that score and train. The program that
/// runs it owns them.
package struct ServerThreads: Sendable {
    /// The loops of all connections.
    package let eventLoops: any EventLoopGroup
    /// For short work that reads files.
    package let files: NIOThreadPool

    /// Threads that live longer than the server.
    package init(eventLoops: any EventLoopGroup, files: NIOThreadPool) {
        self.eventLoops = eventLoops
        self.files = files
    }

    /// Has the loops, the calling thread and the threads that it starts interrupt what gives way as
    /// soon as they have something to do. Call it before other threads are started.
    package func makePrompt() {
        PromptThread.enter()
        for loop in eventLoops.makeIterator() { loop.execute(PromptThread.enter) }
    }
}
