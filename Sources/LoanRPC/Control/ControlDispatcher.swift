// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

/// Decodes requests for a `ControlService` and encodes its answers.
package struct ControlDispatcher: ControlHandler {
    private let service: any ControlService

    /// A dispatcher to one service.
    package init(_ service: any ControlService) {
        self.service = service
    }

    package func answer(
        _ method: Method,
        message: [UInt8],
        progress: @escaping @Sendable ([UInt8]) -> Void
    ) async throws(RPCStatus) -> [UInt8] {
        switch method {
        case .serverInfo:
            let request: ServerInfoMessage = try Self.decode(message)
            if !request.modelName.isEmpty { try Self.checkName(request.modelName) }
            return try await service.serverInfo(request).encoded()
        case .prepareData:
            let request: PrepareDataMessage = try Self.decode(message)
            return try await service.prepareData(request) { progress($0.encoded()) }.encoded()
        case .train:
            let request: TrainMessage = try Self.decode(message)
            try Self.checkName(request.modelName)
            return try await service.train(request) { progress($0.encoded()) }.encoded()
        case .loadModel:
            let request: LoadModelMessage = try Self.decode(message)
            try Self.checkName(request.modelName)
            return try await service.loadModel(request).encoded()
        case .modelStatus:
            let request: ModelStatusMessage = try Self.decode(message)
            try Self.checkName(request.modelName)
            return try await service.modelStatus(request).encoded()
        case .setChallenger:
            let request: SetChallengerMessage = try Self.decode(message)
            try Self.checkName(request.modelName)
            return try await service.setChallenger(request).encoded()
        case .challenger:
            let request: ChallengerMessage = try Self.decode(message)
            try Self.checkName(request.modelName)
            return try await service.challenger(request).encoded()
        case .ping, .predict, .predictStream:
            throw RPCStatus(.internal, "not a control call")
        }
    }

    private static func decode<Message: ControlMessage>(
        _ bytes: [UInt8]
    ) throws(RPCStatus) -> Message {
        do throws(MessageError) {
            return try Message(decoding: bytes)
        } catch {
            throw error.status
        }
    }

    private static func checkName(_ name: String) throws(RPCStatus) {
        guard ModelNameRule.accepts(Array(name.utf8)) else { throw ModelNameRule.refusal }
    }
}
