// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import LoanService
internal import Protobuf

/// `grpc.health.v1.Health`: whether traffic should come here, as the probes of Kubernetes and the
/// clients of gRPC ask for it.
struct HealthService: Sendable {
    /// The services that there are.
    let services: Set<String>
    /// Whether traffic should come here.
    let isReady: @Sendable () -> Bool
    /// The same, now and whenever it changes.
    let changes: @Sendable () -> AsyncStream<Bool>

    private enum Status: Int {
        case serving = 1
        case notServing = 2
        case serviceUnknown = 3
    }

    func register(in router: inout HTTPRouter) {
        router.on(.post, "/grpc.health.v1.Health/Check", .open(.status)) { call in
            GRPCService.reading(call) { () throws(MessageError) in
                let name = try TextFields(call.body)[1]
                guard knows(name) else {
                    return .now(
                        RefusalForm.status.answer(404, "there is no service '\(name.excerpt)'")
                    )
                }
                return .now(isReady() ? Self.serving : Self.notServing)
            }
        }
        router.on(.post, "/grpc.health.v1.Health/Watch", .open(.status)) { call in
            GRPCService.reading(call) { () throws(MessageError) in
                .now(HTTPAnswer(200, body: .stream(.init(watch(try TextFields(call.body)[1])))))
            }
        }
    }

    private static let serving = HTTPAnswer(message: bytes(.serving))
    private static let notServing = HTTPAnswer(message: bytes(.notServing))

    private func knows(_ name: String) -> Bool { name.isEmpty || services.contains(name) }

    private static func status(_ isReady: Bool) -> Status { isReady ? .serving : .notServing }

    /// What there is to say of a service, as messages.
    private func watch(_ name: String) -> AsyncStream<[UInt8]> {
        // Services do not come and go: of one that there is not, there is one thing to say.
        let statuses =
            knows(name)
            ? changes() : AsyncStream { _ in }
        return AsyncStream { continuation in
            if !knows(name) { continuation.yield(Self.bytes(.serviceUnknown)) }
            let work = Task {
                for await isReady in statuses {
                    continuation.yield(Self.bytes(Self.status(isReady)))
                }
            }
            continuation.onTermination = { _ in work.cancel() }
        }
    }

    private static func bytes(_ status: Status) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.number(1, status.rawValue)
        return writer.bytes
    }
}
