// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
package import Protobuf

extension RequestHead {
    /// Decodes and checks the head of a REQUEST.
    package init(
        decoding bytes: RawSpan,
        in arena: inout MessageArena,
        limits: RPCLimits
    ) throws(RPCStatus) {
        do throws(MessageError) {
            self = try arena.unpack(bytes, with: unsafe loan_default__v1__request_head__unpack) {
                (message: LoanDefault__V1__RequestHead) throws(MessageError) in
                try unsafe RequestHead(message, limits: limits)
            }
        } catch {
            throw error.status
        }
    }

    private init(
        _ message: LoanDefault__V1__RequestHead,
        limits: RPCLimits
    ) throws(MessageError) {
        let pairCount = unsafe message.n_metadata_keys
        guard unsafe pairCount == message.n_metadata_values else {
            throw .malformed("metadata has not as many keys as values")
        }
        guard pairCount <= limits.metadataPairsMax else { throw .overBudget }
        unsafe self.init(
            number: message.method.rawValue,
            timeout: .milliseconds(Int64(message.timeout_ms)),
            traceparent: "",
            metadata: []
        )
        if unsafe message.traceparent.len > 0 {
            let bytes = unsafe message.traceparent.copied
            guard bytes.count == 55, WireText.isPrintable(bytes) else {
                throw .malformed("traceparent is not 55 printable bytes")
            }
            traceparent = String(decoding: bytes, as: UTF8.self)
        }
        guard pairCount > 0 else { return }
        let keys = unsafe repeated(pairCount, message.metadata_keys) { unsafe $0.copied }
        let values = unsafe repeated(pairCount, message.metadata_values) { unsafe $0.copied }
        for (key, value) in zip(keys, values) {
            guard Metadata.isKey(key) else { throw .malformed("a metadata key is not [a-z0-9._-]") }
            guard Metadata.isValue(value) else {
                throw .malformed("a metadata value is not printable ASCII")
            }
            metadata.append(
                Metadata(
                    key: String(decoding: key, as: UTF8.self),
                    value: String(decoding: value, as: UTF8.self)
                )
            )
        }
    }

    /// The head's bytes.
    package func encoded() -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__request_head__init,
            unsafe loan_default__v1__request_head__get_packed_size,
            unsafe loan_default__v1__request_head__pack
        ) { message, arena in
            unsafe message.method = LoanDefault__V1__Method(rawValue: method)
            unsafe message.timeout_ms = timeout.millisecondsOnWire
            unsafe message.traceparent = arena.field(traceparent)
            unsafe message.n_metadata_keys = metadata.count
            unsafe message.metadata_keys = arena.fields(metadata.map(\.key))
            unsafe message.n_metadata_values = metadata.count
            unsafe message.metadata_values = arena.fields(metadata.map(\.value))
        }
    }
}
