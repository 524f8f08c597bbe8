// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord

/// How a call has come that rows were answered to.
package enum CallTransport: Sendable, CaseIterable {
    /// The documented call, `/predict`.
    case predict
    /// The Open Inference Protocol over HTTP.
    case infer
    /// `:predict` of KServe's first protocol.
    case kserve
    /// `:explain` of KServe's first protocol.
    case kserveExplain
    /// SageMaker's `/invocations`.
    case sageMaker
    /// The binary RPC.
    case rpc
    /// gRPC: the messages of the binary RPC, or those of the Open Inference Protocol.
    case grpc

    /// As the record has it.
    var recorded: DecisionTransport {
        switch self {
        case .predict: .predict
        case .infer: .openInference
        case .kserve: .kserve
        case .kserveExplain: .kserveExplain
        case .sageMaker: .sageMaker
        case .rpc: .rpc
        case .grpc: .grpc
        }
    }
}
