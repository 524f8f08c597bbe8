// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import Protobuf

// What HTTP answers about the server and its models, as messages of gRPC: member by member.

extension JSONObject {
    /// ServerMetadataResponse.
    func writeServer(to writer: inout ProtobufWriter) {
        writer.text(1, text("name"))
        writer.text(2, text("version"))
        for name in values("extensions") { writer.text(3, name.text ?? "") }
    }

    /// ModelMetadataResponse.
    func writeModel(to writer: inout ProtobufWriter) {
        writer.text(1, text("name"))
        for version in values("versions") { writer.text(2, version.text ?? "") }
        writer.text(3, text("platform"))
        for tensor in objects("inputs") { writer.message(4) { tensor.writeTensor(to: &$0) } }
        for tensor in objects("outputs") { writer.message(5) { tensor.writeTensor(to: &$0) } }
    }

    /// The name, datatype and shape of a tensor.
    func writeTensor(to writer: inout ProtobufWriter) {
        writer.text(1, text("name"))
        writer.text(2, text("datatype"))
        writer.numbers(3, values("shape").compactMap(\.whole))
    }

    /// ModelConfigResponse.
    func writeConfiguration(to writer: inout ProtobufWriter) {
        writer.message(1) { config in
            config.text(1, text("name"))
            config.text(2, text("platform"))
            config.number(4, self["max_batch_size"]?.whole ?? 0)
            for tensor in objects("input") {
                config.message(5) { tensor.writeConfigured(to: &$0, dims: 4, optional: 8) }
            }
            for tensor in objects("output") {
                config.message(6) { tensor.writeConfigured(to: &$0, dims: 3, optional: nil) }
            }
            for (name, value) in self["parameters"]?.object?.members ?? [] {
                config.message(14) { entry in
                    entry.text(1, name)
                    entry.message(2) { $0.text(1, value.object?.text("string_value") ?? "") }
                }
            }
            config.text(17, text("backend"))
        }
    }

    /// ModelInput or ModelOutput.
    private func writeConfigured(
        to writer: inout ProtobufWriter,
        dims: UInt32,
        optional: UInt32?
    ) {
        writer.text(1, text("name"))
        writer.number(2, Self.dataTypes.firstIndex(of: text("data_type")) ?? 0)
        writer.numbers(dims, values("dims").compactMap(\.whole))
        if let optional { writer.flag(optional, self["optional"] == .bool(true)) }
    }

    /// DataType, by its numbers.
    private static let dataTypes = [
        "TYPE_INVALID", "TYPE_BOOL", "TYPE_UINT8", "TYPE_UINT16", "TYPE_UINT32", "TYPE_UINT64",
        "TYPE_INT8", "TYPE_INT16", "TYPE_INT32", "TYPE_INT64", "TYPE_FP16", "TYPE_FP32",
        "TYPE_FP64", "TYPE_STRING",
    ]

    /// ModelStatisticsResponse.
    func writeStatistics(to writer: inout ProtobufWriter) {
        for model in objects("model_stats") {
            writer.message(1) { entry in
                entry.text(1, model.text("name"))
                entry.text(2, model.text("version"))
                entry.number(3, model["last_inference"]?.whole ?? 0)
                entry.number(4, model["inference_count"]?.whole ?? 0)
                entry.number(5, model["execution_count"]?.whole ?? 0)
                entry.message(6) { model["inference_stats"]?.object?.writeDurations(to: &$0) }
            }
        }
    }

    /// InferStatistics.
    private func writeDurations(to writer: inout ProtobufWriter) {
        let names = [
            "success", "fail", "queue", "compute_input", "compute_infer", "compute_output",
            "cache_hit", "cache_miss",
        ]
        for (index, name) in names.enumerated() {
            let total = self[name]?.object
            writer.message(UInt32(index + 1)) { duration in
                duration.number(1, total?["count"]?.whole ?? 0)
                duration.number(2, total?["ns"]?.whole ?? 0)
            }
        }
    }

    /// A text; empty where the member is none.
    func text(_ name: String) -> String { self[name]?.text ?? "" }

    /// The elements of a list; none where the member is not one.
    private func values(_ name: String) -> [JSONValue] {
        if case .array(let values)? = self[name] { values } else { [] }
    }

    /// The objects of a list.
    func objects(_ name: String) -> [JSONObject] { values(name).compactMap(\.object) }
}

extension JSONValue {
    /// A whole number.
    var whole: Int? {
        guard case .number(let number) = self else { return nil }
        return Int(exactly: number.value)
    }
}

extension HTTPAnswer {
    /// RepositoryIndexResponse.
    func writeIndex(to writer: inout ProtobufWriter) {
        guard case .bytes(let bytes) = body,
            case .array(let models)? = try? JSONParser.parse(bytes)
        else { return }
        for model in models.compactMap(\.object) {
            writer.message(1) { entry in
                for (number, name) in [(1, "name"), (2, "version"), (3, "state"), (4, "reason")] {
                    entry.text(UInt32(number), model.text(name))
                }
            }
        }
    }
}
