// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanModel
internal import LoanService

/// `GET /models/{model}/policy` and `POST /models/{model}/policy`: what is made of the
/// probabilities of a model that has a name.
struct PolicyRoutes {
    let service: LoanService

    func register(in router: inout HTTPRouter) {
        let path = "/models/{model}/policy"
        router.on(.get, path, .shows(to: .predict, .error)) { call in .now(show(call)) }
        router.on(.post, path, .changes(.error), later: change)
    }

    private func show(_ call: HTTPCall) -> HTTPAnswer {
        do throws(ProtocolError) {
            let named = try NamedModel(call, service.served)
            do throws(ServedModel.Undecidable) {
                try named.model.checkDecidable()
            } catch {
                throw .request(.undecidable("\(error)"))
            }
            let policy = named.model.policy
            return .json(
                200,
                .object(
                    JSONObject(
                        [
                            ("name", .string(named.name)), ("version", .string(named.version)),
                        ] + (policy.json.object?.members ?? []) + [
                            ("policy", PolicyDocument.json(policy.bound.policy))
                        ]
                    )
                )
            )
        } catch {
            return error.answer
        }
    }

    /// The version with the policy is in service when the answer comes, or a warning says why not.
    private func change(_ call: HTTPCall) async -> HTTPAnswer {
        let policy: Policy?
        do throws(ProtocolError) {
            policy = try Self.policy(call)
        } catch {
            return error.answer
        }
        do throws(ServiceError) {
            let name = call[parameter: "model"]
            let result = try await service.setPolicyAndServe(policy, ofServed: name)
            let digest = PolicyDocument.digest(of: policy ?? .standard)
            return .json(
                200,
                .members([
                    "name": .string(name), "version": .string(result.generation),
                    "digest": .string(digest), "is_standard": .bool(policy == nil),
                ]).with(warnings: result.warnings)
            )
        } catch {
            return ProtocolError.service(error).answer
        }
    }

    /// The policy of the body; nil where it is null, which takes that of the model away.
    private static func policy(_ call: HTTPCall) throws(ProtocolError) -> Policy? {
        guard let document = try call.members(["policy"])?["policy"] else {
            throw .request(.missing(path: "policy"))
        }
        guard document != .null else { return nil }
        do throws(PolicyDocumentError) {
            return try PolicyDocument.read(document)
        } catch {
            throw .service(.invalid(field: .policy, "\(error)", kind: .unusable))
        }
    }
}

extension ServedPolicy {
    /// `{"digest": ..., "is_standard": false}`.
    var json: JSONValue {
        .members(["digest": .string(digest), "is_standard": .bool(isStandard)])
    }
}
