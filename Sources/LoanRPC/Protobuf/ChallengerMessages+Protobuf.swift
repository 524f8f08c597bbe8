// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
package import Protobuf

extension SetChallengerMessage: ControlMessage {
    package init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError) {
        self = try arena.unpack(
            bytes,
            with: unsafe loan_default__v1__set_challenger_request__unpack
        ) { (message: LoanDefault__V1__SetChallengerRequest) throws(MessageError) in
            var decoded = SetChallengerMessage()
            decoded.modelName = unsafe message.model_name.text
            // A mode that only a newer client knows is not another one.
            guard let mode = ChallengerMode(rawValue: unsafe message.mode.rawValue) else {
                throw .malformed("the mode of a challenger is unknown")
            }
            decoded.mode = mode
            decoded.challenger = unsafe message.challenger.text
            decoded.share = unsafe message.share
            decoded.salt = unsafe message.salt.text
            return decoded
        }
    }

    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__set_challenger_request__init,
            unsafe loan_default__v1__set_challenger_request__get_packed_size,
            unsafe loan_default__v1__set_challenger_request__pack
        ) { message, arena in
            unsafe message.model_name = arena.field(modelName)
            unsafe message.mode = LoanDefault__V1__ChallengerMode(rawValue: mode.rawValue)
            unsafe message.challenger = arena.field(challenger)
            unsafe message.share = share
            unsafe message.salt = arena.field(salt)
        }
    }
}

extension ChallengerMessage: ControlMessage {
    package init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError) {
        self = try arena.unpack(bytes, with: unsafe loan_default__v1__challenger_request__unpack) {
            (message: LoanDefault__V1__ChallengerRequest) throws(MessageError) in
            var decoded = ChallengerMessage()
            decoded.modelName = unsafe message.model_name.text
            return decoded
        }
    }

    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__challenger_request__init,
            unsafe loan_default__v1__challenger_request__get_packed_size,
            unsafe loan_default__v1__challenger_request__pack
        ) { message, arena in
            unsafe message.model_name = arena.field(modelName)
        }
    }
}

extension ChallengerResult: ControlMessage {
    package init(decoding bytes: RawSpan, in arena: inout MessageArena) throws(MessageError) {
        self = try arena.unpack(bytes, with: unsafe loan_default__v1__challenger_response__unpack) {
            (message: LoanDefault__V1__ChallengerResponse) throws(MessageError) in
            var decoded = ChallengerResult()
            decoded.modelName = unsafe message.model_name.text
            decoded.mode = ChallengerMode(rawValue: unsafe message.mode.rawValue) ?? .none
            decoded.challenger = unsafe message.challenger.text
            decoded.share = unsafe message.share
            decoded.salt = unsafe message.salt.text
            decoded.figures = unsafe message.figures.copied
            decoded.warnings = unsafe Warnings.texts(message.n_warnings, message.warnings)
            return decoded
        }
    }

    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__challenger_response__init,
            unsafe loan_default__v1__challenger_response__get_packed_size,
            unsafe loan_default__v1__challenger_response__pack
        ) { message, arena in
            unsafe message.model_name = arena.field(modelName)
            unsafe message.mode = LoanDefault__V1__ChallengerMode(rawValue: mode.rawValue)
            unsafe message.challenger = arena.field(challenger)
            unsafe message.share = share
            unsafe message.salt = arena.field(salt)
            unsafe message.figures = arena.field(figures)
            unsafe (message.n_warnings, message.warnings) = Warnings.fields(warnings, &arena)
        }
    }
}
