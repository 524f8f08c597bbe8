// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService

/// What the Open Inference Protocol says about a model.
struct ModelMetadata {
    let name: String
    let version: String
    let model: ServedModel

    /// "Model Metadata Response JSON Object". A request sends either `input__0` or all others.
    var json: JSONValue {
        .members([
            "name": .string(name),
            "versions": .array([.string(version)]),
            "platform": .string("xgboost"),
            "inputs": .array(inputs.map { tensor($0) }),
            "outputs": .array(outputs.map { tensor($0) }),
        ])
    }

    /// Triton's model configuration (`extension_model_configuration.md`). Names of types have a
    /// prefix there, and shapes leave the batch out.
    var configuration: JSONValue {
        .members([
            "name": .string(name),
            "platform": .string("xgboost"),
            "backend": .string("loan-default"),
            "max_batch_size": .integer(InferBatch.rowsMax),
            "input": .array(
                inputs.map { input in
                    .members([
                        "name": .string(input.name),
                        "data_type": .string(Self.configurationType(input.datatype)),
                        "dims": .array([.integer(input.width ?? 1)]),
                        "optional": .bool(true),
                    ])
                }
            ),
            "output": .array(
                outputs.map { output in
                    .members([
                        "name": .string(output.name),
                        "data_type": .string(Self.configurationType(output.datatype)),
                        "dims": .array([.integer(output.width ?? 1)]),
                    ])
                }
            ),
            "parameters": parameters,
        ])
    }

    /// Members that Triton does not have; the features, with the categories that each knows, and
    /// the label are JSON within a text. The iterations are given where the model gives them.
    private var parameters: JSONValue {
        var texts = [
            ("trees", "\(model.treeCount)"),
            ("kernels", model.kernelNames.joined(separator: ",")),
            ("prepared_features", model.preparedFeatureNames.joined(separator: ",")),
            ("objective", model.objective),
            ("prediction", model.prediction.word),
            ("features", Self.text(.array(model.features.map(\.configuration)))),
        ]
        if model.decides { texts.append(("policy_digest", model.policy.digest)) }
        if let fitted = model.calibration {
            texts.append(("calibration", Self.text(fitted.json)))
        }
        if let label = model.label { texts.append(("label", Self.text(label.json))) }
        if let best = model.bestIteration { texts.append(("best_iteration", "\(best)")) }
        if let text = model.iterations { texts.append(("iterations", text)) }
        return .object(JSONObject(texts.map { ($0.0, Self.parameter($0.1)) }))
    }

    private struct Tensor {
        let name: String
        let datatype: TensorDatatype
        /// Columns; nil for a vector.
        let width: Int?
    }

    private var inputs: [Tensor] {
        let prepared = Tensor(
            name: InferTensorName.prepared,
            datatype: .float32,
            width: model.preparedFeatureCount
        )
        let raw = model.features.map { feature in
            Tensor(name: feature.name, datatype: feature.datatype, width: nil)
        }
        return [prepared] + raw
    }

    private var outputs: [Tensor] {
        let kind = model.prediction
        let valueCount = model.valueCount(margins: false)
        return InferOutput.all(
            of: kind,
            decides: model.decides,
            isCalibrated: model.isCalibrated
        ).map { output in
            Tensor(
                name: output.rawValue,
                datatype: output.datatype(of: kind),
                width: output.width(of: kind, valuesPerRow: valueCount)
            )
        }
    }

    private func tensor(_ tensor: Tensor) -> JSONValue {
        .members([
            "name": .string(tensor.name),
            "datatype": .string(tensor.datatype.rawValue),
            // -1: any number of rows.
            "shape": .array([.integer(-1)] + (tensor.width.map { [.integer($0)] } ?? [])),
        ])
    }

    private static func configurationType(_ datatype: TensorDatatype) -> String {
        // The one type that is called otherwise there.
        datatype == .bytes ? "TYPE_STRING" : "TYPE_\(datatype.rawValue)"
    }

    private static func text(_ value: JSONValue) -> String {
        String(decoding: value.serialized, as: UTF8.self)
    }

    private static func parameter(_ text: String) -> JSONValue {
        .members(["string_value": .string(text)])
    }
}

extension ServedModel.Feature {
    /// `{"name": "purpose", "kind": "category", "categories": ["car (new)", "car (used)"]}`.
    fileprivate var configuration: JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("name", .string(name)), ("kind", .string(kind.word)),
        ]
        if kind == .category {
            members.append(("categories", .array(categories.map { .string($0) })))
        }
        return .object(JSONObject(members))
    }

    /// The datatype of the feature's tensor.
    fileprivate var datatype: TensorDatatype {
        switch kind {
        case .number: .float32
        case .boolean: .bool
        case .date, .category: .bytes
        }
    }
}
