// SPDX-License-Identifier: Apache-2.0

/// The way by which a request came. An open set: readers know a newer one by its number.
package struct DecisionTransport: RawRepresentable, Sendable, Hashable {
    /// As it is written.
    package let rawValue: UInt32

    /// A transport by its number.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The documented `/predict`.
    package static let predict = DecisionTransport(rawValue: 1)
    /// The Open Inference Protocol, over HTTP or gRPC.
    package static let openInference = DecisionTransport(rawValue: 2)
    /// KServe v1: predictions.
    package static let kserve = DecisionTransport(rawValue: 3)
    /// KServe v1: explanations.
    package static let kserveExplain = DecisionTransport(rawValue: 4)
    /// SageMaker.
    package static let sageMaker = DecisionTransport(rawValue: 5)
    /// The binary RPC.
    package static let rpc = DecisionTransport(rawValue: 6)
    /// The services of gRPC that carry calls of the RPC.
    package static let grpc = DecisionTransport(rawValue: 7)

    /// Those that this release knows.
    package static let all: [DecisionTransport] = [
        .predict, .openInference, .kserve, .kserveExplain, .sageMaker, .rpc, .grpc,
    ]

    /// The name in exports and filters.
    package var name: String {
        switch self {
        case .predict: "predict"
        case .openInference: "open-inference"
        case .kserve: "kserve"
        case .kserveExplain: "kserve-explain"
        case .sageMaker: "sagemaker"
        case .rpc: "rpc"
        case .grpc: "grpc"
        default: "transport-\(rawValue)"
        }
    }
}
