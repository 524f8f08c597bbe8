// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import Protobuf

/// A RepositoryModelLoadRequest or RepositoryModelUnloadRequest.
struct RepositoryMessage {
    /// The model that is meant.
    private(set) var model = ""
    /// The body of the call of HTTP that says the same.
    let body: [UInt8]

    private static let fieldsMax = 256

    init(_ message: [UInt8]) throws(MessageError) {
        var parameters: [(name: String, value: JSONValue)] = []
        for field in try ProtobufFields.list(of: message, fieldsMax: Self.fieldsMax) {
            switch field.number {
            case 2: model = try message.text(of: field)
            case 3: parameters.append(try InferMessage.parameter(message, field))
            default: break
            }
        }
        body = JSONValue.members(["parameters": .object(JSONObject(parameters))]).serialized
    }
}
