// SPDX-License-Identifier: Apache-2.0

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
}
