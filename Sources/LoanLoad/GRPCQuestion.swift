// SPDX-License-Identifier: Apache-2.0

package import LoanRPC
internal import NIOCore
package import NIOPosix

/// One call of gRPC before a run, to learn what the calls must hold.
package enum GRPCQuestion {
    /// The message that the server of a run answers with.
    /// - Throws: `RPCStatus` where the server refuses the call or is silent, and what prevents a
    ///   connection.
    package static func ask(
        _ method: GRPCMethod,
        _ message: [UInt8],
        _ configuration: LoadConfiguration,
        group: MultiThreadedEventLoopGroup
    ) async throws -> [UInt8] {
        let (channel, handler) = try await LoadConnection.grpc(configuration, group)
        let loop = channel.eventLoop
        let promise = loop.makePromise(of: [UInt8].self)
        let timer = loop.scheduleTask(in: .init(configuration.timeout)) {
            promise.fail(RPCStatus.deadlineExceeded)
        }
        defer { timer.cancel() }
        loop.execute {
            let fields = configuration.grpcFields(method)
            handler.value.call(fields, GRPCClientHandler.framed(message)) { result in
                switch result {
                case .success(let answer): promise.succeed(Array(answer.readableBytesView))
                case .failure(let status): promise.fail(status)
                }
            }
        }
        do {
            let answer = try await promise.futureResult.get()
            try? await channel.close().get()
            return answer
        } catch {
            try? await channel.close().get()
            throw error
        }
    }
}
