// SPDX-License-Identifier: Apache-2.0

package import Admission
package import Machine

/// Receives what a server does, to count it. Called on event loops and threads of the pool:
/// an observer never blocks.
package protocol RPCObserver: Sendable {
    /// A call has begun.
    func began(_ method: Method)
    /// Calls were answered.
    func answered(_ code: StatusCode, calls: Int)
    /// A call was not begun, because there is no room for it.
    func shed(_ reason: ShedReason)
    /// A connection was closed without GOAWAY.
    func closed(_ reason: CloseReason)
    /// A prediction has ended whose caller keeps a trace.
    func ended(_ call: TracedCall)
}

/// A prediction that came with a trace.
package struct TracedCall: Sendable {
    /// What was asked for.
    package let method: Method
    /// As the caller sent it.
    package let traceparent: String
    /// When the call arrived.
    package let began: MonotonicTime
}

/// Counts nothing.
package struct SilentObserver: RPCObserver {
    /// An observer without memory.
    package init() {}

    package func began(_ method: Method) {}
    package func answered(_ code: StatusCode, calls: Int) {}
    package func shed(_ reason: ShedReason) {}
    package func closed(_ reason: CloseReason) {}
    package func ended(_ call: TracedCall) {}
}
