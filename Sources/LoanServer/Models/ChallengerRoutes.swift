// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanService

/// `/models/{model}/challenger`: a second model that is set against one that serves, in shadow or
/// as a canary, and the way back by one call.
struct ChallengerRoutes {
    let service: LoanService

    func register(in router: inout HTTPRouter) {
        let path = "/models/{model}/challenger"
        router.on(.get, path, .shows(to: .predict, .error)) { call in .now(show(call)) }
        router.on(.put, path, .changes(.error), later: set)
        router.on(.delete, path, .changes(.error, body: .nothing), later: remove)
    }

    private func show(_ call: HTTPCall) -> HTTPAnswer {
        do throws(ServiceError) {
            return .json(200, try service.challenger(of: call[parameter: "model"]).json)
        } catch {
            return ProtocolError.service(error).answer
        }
    }

    /// It counts on this server when the answer comes, and on the others after their next look.
    private func set(_ call: HTTPCall) async -> HTTPAnswer {
        let champion = call[parameter: "model"]
        do throws(ProtocolError) {
            let setup = try Self.setup(call, of: champion)
            do throws(ServiceError) {
                let report = try await service.setChallenger(setup, of: champion)
                return .json(200, report.json.with(warnings: report.warnings))
            } catch {
                throw .service(error)
            }
        } catch {
            return error.answer
        }
    }

    /// The champion answers every call when the answer comes.
    private func remove(_ call: HTTPCall) async -> HTTPAnswer {
        let champion = call[parameter: "model"]
        do throws(ServiceError) {
            let result = try await service.removeChallenger(of: champion)
            return .json(
                200,
                JSONValue.members([
                    "name": .string(champion), "removed": .bool(result.wasThere),
                ]).with(warnings: result.warnings)
            )
        } catch {
            return ProtocolError.service(error).answer
        }
    }

    private static func setup(
        _ call: HTTPCall,
        of champion: String
    ) throws(ProtocolError) -> ChallengerSetup {
        guard let members = try call.members(["model", "mode", "share", "salt"]) else {
            throw .request(.missing(path: "model"))
        }
        let modes = ChallengerSetup.Mode.allCases.map(\.rawValue)
        guard let word = try text(members, "mode"),
            let mode = ChallengerSetup.Mode(rawValue: word)
        else { throw .request(.type(path: "mode", wanted: modes.joined(separator: " or "))) }
        guard let model = try text(members, "model") else {
            throw .request(.missing(path: "model"))
        }
        let share: Double?
        switch members["share"] {
        case nil, .null?: share = nil
        case .number(let number)?: share = number.value
        default: throw .request(.type(path: "share", wanted: "a number"))
        }
        let salt = try text(members, "salt")
        do throws(ServiceError) {
            return try ChallengerSetup(
                model: model,
                mode: mode,
                share: share,
                salt: salt,
                of: champion
            )
        } catch {
            throw .service(error)
        }
    }

    /// The text of a member; nil where it is absent or null.
    private static func text(
        _ members: JSONObject,
        _ name: String
    ) throws(ProtocolError) -> String? {
        switch members[name] {
        case nil, .null?: return nil
        case .string(let text)?: return text
        default: throw .request(.type(path: name, wanted: "a string"))
        }
    }
}
