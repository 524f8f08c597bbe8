// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import Protobuf

extension ProtobufCBinaryData {
    /// A field of text: repaired UTF-8 without control characters.
    var text: String { WireText.string(unsafe copied) }
}
