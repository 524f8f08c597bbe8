// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import NIOCore
internal import Protobuf

extension RPCServerHandler {
    /// A silent call with progress repeats its last one, so that no middlebox cuts it off.
    private static let heartbeatInterval = TimeAmount.seconds(10)

    /// Runs a control call in a task of its own.
    func startControl(_ call: ServerCall, _ range: ByteRange, _ context: ChannelHandlerContext) {
        let stream = call.stream
        let count = Int(range.count)
        guard pending.keep(count) else { return answer(stream, Self.overInFlight, .now()) }
        let buffer = inbound.buffer
        let message = buffer.readableBytesSpan.extracting(range.range).copied()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        let control = shared.control
        let around = shared.configuration.aroundControl
        let task = Task {
            await around(call) {
                let result: Result<[UInt8], RPCStatus>
                do throws(RPCStatus) {
                    result = .success(
                        try await control.answer(call.method, message: message) { progress in
                            eventLoop.execute {
                                let (handler, context) = bound.value
                                handler.report(progress, of: stream, context)
                            }
                        }
                    )
                } catch {
                    result = .failure(error)
                }
                eventLoop.execute {
                    let (handler, context) = bound.value
                    handler.finishControl(stream, result, context)
                }
            }
        }
        var heartbeat: RepeatedTask?
        if call.method.sendsProgress {
            heartbeat = eventLoop.scheduleRepeatedTask(
                initialDelay: Self.heartbeatInterval,
                delay: Self.heartbeatInterval
            ) { _ in
                let (handler, context) = bound.value
                guard let last = handler.pending.lastProgress(stream) else { return }
                handler.report(last, of: stream, context)
            }
        }
        pending.beginControl(call, keptBytes: count, task: task, heartbeat: heartbeat)
    }

    /// Sends progress where credit allows; progress that does not fit is left out.
    private func report(
        _ progress: [UInt8],
        of stream: UInt32,
        _ context: ChannelHandlerContext
    ) {
        guard pending.contains(stream), connection.isUnanswered(stream) else { return }
        pending.noteProgress(progress, stream)
        guard context.channel.isWritable,
            connection.takeSendCredit(progress.count, of: stream)
        else { return }
        outbound.writeData(progress, stream: stream)
        settle(context)
    }

    private func finishControl(
        _ stream: UInt32,
        _ result: Result<[UInt8], RPCStatus>,
        _ context: ChannelHandlerContext
    ) {
        guard pending.contains(stream) else { return }
        switch result {
        case .success(let message): answer(stream, result: message, .now())
        case .failure(let status): answer(stream, status, .now())
        }
        settle(context)
    }
}
