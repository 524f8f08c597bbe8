// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanService

/// `GET /models/{model}/versions` and `POST /models/{model}/rollback`: the generations of a model
/// that has a name, and the way back to an earlier one.
struct VersionRoutes {
    let service: LoanService

    func register(in router: inout HTTPRouter) {
        router.on(.get, "/models/{model}/versions", .shows(to: .predict, .error), later: list)
        router.on(.post, "/models/{model}/rollback", .changes(.error), later: rollBack)
    }

    private func list(_ call: HTTPCall) async -> HTTPAnswer {
        await answering { () throws(ServiceError) in
            let name = call[parameter: "model"]
            let place = try service.place(ofServed: name)
            let versions = try await service.versions(of: name, in: place.model)
            return .members([
                "name": .string(name),
                "versions": .array(
                    versions.map {
                        .members([
                            "version": .string($0.generation), "is_current": .bool($0.isCurrent),
                        ])
                    }
                ),
            ])
        }
    }

    /// The earlier version is in service when the answer comes, or a warning says why not.
    private func rollBack(_ call: HTTPCall) async -> HTTPAnswer {
        let wanted: String?
        do throws(ProtocolError) {
            wanted = try Self.version(call)
        } catch {
            return error.answer
        }
        return await answering { () throws(ServiceError) in
            let name = call[parameter: "model"]
            let result = try await service.rollBackAndServe(name, to: wanted)
            return .members([
                "name": .string(name), "version": .string(result.generation),
            ]).with(warnings: result.warnings)
        }
    }

    /// The version that the body asks for; nil for the one that the name pins, or else the one
    /// before the current one.
    private static func version(_ call: HTTPCall) throws(ProtocolError) -> String? {
        switch try call.members(["version"])?["version"] {
        case nil, .null: return nil
        case .string(let version): return version
        default: throw .request(.type(path: "version", wanted: "a string"))
        }
    }

    private func answering(
        _ body: () async throws(ServiceError) -> JSONValue
    ) async -> HTTPAnswer {
        do throws(ServiceError) {
            return .json(200, try await body())
        } catch {
            return ProtocolError.service(error).answer
        }
    }
}
