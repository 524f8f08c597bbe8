// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import Protobuf

extension FuzzTarget {
    /// The messages other than Predict, chosen by the first byte. What is accepted must come back
    /// the same when it is encoded and decoded again.
    static let controlMessages = FuzzTarget(
        name: "control-messages",
        seeds: {
            [
                [0] + RequestHead(method: .train, timeout: .seconds(3)).encoded(),
                [1] + Hello().encoded(),
                [2] + LoadModelMessage().encoded(),
                [3] + PrepareDataMessage().encoded(),
                [4] + TrainMessage().encoded(),
                [5] + ModelStatusMessage().encoded(),
                [7] + SetChallengerMessage().encoded(),
                [8] + ChallengerMessage().encoded(),
                [9] + ChallengerResult().encoded(),
            ]
        },
        run: { bytes in
            var input = FuzzInput(bytes)
            let kind = input.byte()
            let message = Array(input.rest)
            switch kind % 11 {
            case 0:
                var arena = MessageArena()
                _ = accepted { () throws(RPCStatus) in
                    try RequestHead(
                        decoding: unsafe message.span.bytes,
                        in: &arena,
                        limits: RPCLimits()
                    )
                }
                return nil
            case 1: return Hello.roundTrip(message) { $0.encoded() }
            case 2: return LoadModelMessage.roundTrip(message) { $0.encoded() }
            case 3: return PrepareDataMessage.roundTrip(message) { $0.encoded() }
            case 4: return TrainMessage.roundTrip(message) { $0.encoded() }
            case 5: return ModelStatusMessage.roundTrip(message) { $0.encoded() }
            case 6: return GoAway.roundTrip(message) { $0.encoded() }
            case 7: return SetChallengerMessage.roundTrip(message) { $0.encoded() }
            case 8: return ChallengerMessage.roundTrip(message) { $0.encoded() }
            case 9: return ChallengerResult.roundTrip(message) { $0.encoded() }
            default: return RPCStatus.roundTrip(message) { $0.encoded() }
            }
        }
    )
}

/// What decodes from a message.
private protocol DecodableMessage {
    init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError)
}

extension DecodableMessage {
    fileprivate static func roundTrip(_ bytes: [UInt8], _ encode: (Self) -> [UInt8]) -> String? {
        var arena = MessageArena()
        let decoded = accepted { () throws(MessageError) in
            try Self(decoding: unsafe bytes.span.bytes, in: &arena)
        }
        guard let decoded else { return nil }
        let encoded = encode(decoded)
        let again = accepted { () throws(MessageError) in
            try Self(decoding: unsafe encoded.span.bytes, in: &arena)
        }
        guard let again else { return "\(Self.self) refuses what it has encoded" }
        return encode(again) == encoded ? nil : "\(Self.self) does not come back the same"
    }
}

extension Hello: DecodableMessage {}
extension LoadModelMessage: DecodableMessage {}
extension PrepareDataMessage: DecodableMessage {}
extension TrainMessage: DecodableMessage {}
extension ModelStatusMessage: DecodableMessage {}
extension SetChallengerMessage: DecodableMessage {}
extension ChallengerMessage: DecodableMessage {}
extension ChallengerResult: DecodableMessage {}
extension GoAway: DecodableMessage {}
extension RPCStatus: DecodableMessage {}
