// SPDX-License-Identifier: Apache-2.0

internal import Access
internal import LoanRPC
internal import NIOCore
internal import ServiceLifecycle

/// A listening service whose failure to listen names the option that chose its address.
struct NamedListener<Listener: Service>: Service {
    private let listener: Listener
    private let host: String
    private let option: String
    private let port: Int

    init(_ listener: Listener, host: String, option: String, port: Int) {
        self.host = host
        self.listener = listener
        self.option = option
        self.port = port
    }

    func run() async throws {
        do {
            try await listener.run()
        } catch let error as IOError {
            throw ConfigurationError.unusable(
                option: option,
                value: "\(port)",
                reason: NetworkFailure.sentence(error)
            )
        } catch let error as SocketAddressError {
            throw ConfigurationError.unusable(
                option: "host",
                value: host,
                reason: NetworkFailure.sentence(error)
            )
        }
    }
}
