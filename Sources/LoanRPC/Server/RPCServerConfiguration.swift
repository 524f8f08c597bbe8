// SPDX-License-Identifier: Apache-2.0

package import Access
package import Admission
package import NIOCore

/// What an RPC server is made of.
package struct RPCServerConfiguration: Sendable {
    /// The address to listen on; default all IPv4 addresses.
    package var host = "0.0.0.0"
    /// The port; 0 takes a free one.
    package var port = 5001
    /// Bounds on what a client may send.
    package var limits = RPCLimits()
    /// Who may do what; default everybody everything. Asked for each new connection, so that it
    /// may change while the server runs.
    package var tokens: @Sendable () -> TokenTable = { .open }
    /// Adds TLS to the empty pipeline of a new connection, offering `alpn`; nil is plain TCP.
    package var addTLS: (@Sendable (ChannelPipeline.SynchronousOperations) throws -> Void)?
    /// The most rows of a batch that is scored on the event loop.
    package var inlineRowsMax = 512
    /// What is scored on an event loop in one round; nil for no bound. Shared by all that listen
    /// on the same loops.
    package var budgets: LoopBudgets?
    /// Whether the process is close to its limit of memory.
    package var memory = MemoryGate()
    /// Whether small requests of one read are scored as one batch.
    package var gathersRequests = true
    /// Name and version, for HELLO and ServerInfo.
    package var agent = "loan-default"
    /// Runs the work of a control call, with whatever context its logs are to have.
    package var aroundControl:
        @Sendable (_ call: ServerCall, _ work: @Sendable () async -> Void) async -> Void = {
            await $1()
        }
    /// Who counts what the server does.
    package var observer: any RPCObserver = SilentObserver()

    /// A server with the defaults.
    package init() {}

    /// The ALPN name of the protocol.
    package static let alpn = Security.Endpoint.rpc.rawValue
}
