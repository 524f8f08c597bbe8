// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Foundation
internal import LoanServer

/// The options of `serve` about where it listens.
struct AddressOptions: ParsableArguments {
    @Option(help: "Address to listen on (default: 127.0.0.1).")
    var host: String?

    @Option(help: "Port of the JSON calls and of gRPC; 0 takes any free one (default: 5000).")
    var httpPort: Int?

    @Option(help: "Port of the binary RPC; 0 takes any free one (default: 5001).")
    var rpcPort: Int?

    @Option(
        help: "Port of gRPC alone; 0 takes any free one (default: that of the JSON calls has both)."
    )
    var grpcPort: Int?

    @Option(
        help: "Port of /metrics, /healthz and /readyz; 0 takes any free one (default: 5002)."
    )
    var metricsPort: Int?

    @Flag(
        help: ArgumentHelp(
            """
            Be the container of a SageMaker endpoint: port 8080 of all addresses, and the models \
            of /opt/ml/model. Without it where that folder or SAGEMAKER_BIND_TO_PORT is there.
            """
        )
    )
    var sagemaker = false

    /// The container of SageMaker that this process is.
    /// - Throws: `ConfigurationError` naming a variable of SageMaker.
    func hosting() throws -> SageMakerHosting? {
        try SageMakerHosting(
            isAsked: sagemaker,
            environment: ProcessInfo.processInfo.environment,
            isFolder: { (try? FileManager.default.contentsOfDirectory(atPath: $0)) != nil }
        )
    }

    /// SageMaker calls from outside of the container.
    func host(in hosting: SageMakerHosting?) -> String {
        host ?? (hosting == nil ? "127.0.0.1" : "0.0.0.0")
    }
}
