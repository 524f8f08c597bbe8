// SPDX-License-Identifier: Apache-2.0

import Access
import Foundation
import HTTPServer
import JSON
import LoanServer
import Logging
import TestSupport
import Testing

/// The rules that every route is held to, tested over all routes of the router: a new route is
/// covered by being registered.
@Suite struct RouteRulesTests {
    /// Routes that anybody may call where tokens are configured; any other needs one.
    private static let openRoutes: Set<String> = [
        "GET /", "GET /docs", "GET /openapi.json", "GET /ping", "GET /v2", "GET /v2/",
        "GET /v2/health/live", "GET /v2/health/ready",
        // Extensions that are not offered.
        "GET /v2/trace/setting", "POST /v2/trace/setting",
        "GET /v2/models/{model}/trace/setting", "POST /v2/models/{model}/trace/setting",
        "GET /v2/logging", "POST /v2/logging", "GET /v2/systemsharedmemory/status",
        "GET /v2/cudasharedmemory/status",
    ]

    /// Every route of a server, with a path that it takes.
    private func withEveryRoute(
        security: Security? = nil,
        _ body: (HTTPTestServer, HTTPRoute, _ path: String) async throws -> Void
    ) async throws {
        try await HTTPTestServer.with(security: security) { server in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let routes = HTTPApplication(service: server.service, logger: logger).router.routes
            #expect(routes.count > 30)
            for route in routes {
                let path = route.path.replacing(/\{[a-z]+\}/) { _ in "x" }
                try await body(server, route, path)
            }
        }
    }

    @Test func onlyTheListedCallsOfGRPCAreOpenOrChangeAnything() async throws {
        try await HTTPTestServer.with { server in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let application = HTTPApplication(service: server.service, logger: logger)
            let routes = application.grpcRouter.routes
            let open = routes.filter { $0.rules.access == .open }.map(\.path)
            #expect(
                open == [
                    "/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch",
                    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                    "/inference.GRPCInferenceService/ServerLive",
                    "/inference.GRPCInferenceService/ServerMetadata",
                    "/inference.GRPCInferenceService/ServerReady",
                ]
            )
            let changing = routes.filter(\.rules.changes)
            #expect(changing.allSatisfy { $0.rules.access == .write })
            #expect(
                changing.map(\.path) == [
                    "/inference.GRPCInferenceService/RepositoryModelLoad",
                    "/inference.GRPCInferenceService/RepositoryModelUnload",
                    "/loan_default.v1.LoanDefault/LoadModel",
                    "/loan_default.v1.LoanDefault/PrepareData",
                    "/loan_default.v1.LoanDefault/SetChallenger",
                    "/loan_default.v1.LoanDefault/Train",
                ]
            )
        }
    }

    private func name(_ route: HTTPRoute) -> String { "\(route.method.text) \(route.path)" }

    private func isRefusal(_ answer: HTTPTestServer.Answer, in form: RefusalForm) throws -> Bool {
        let members = try answer.json().object
        return switch form {
        case .detail: members?["detail"] != nil
        case .error: if case .string = members?["error"] { true } else { false }
        // No route of HTTP refuses as a call of gRPC does.
        case .status, .message: false
        }
    }

    @Test func everyRouteButTheListedOnesNeedsAToken() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("tokens")
        let reader = String(repeating: "r", count: 40)
        try Data("predict \(reader)\n".utf8).write(to: URL(fileURLWithPath: path))
        let security = try Security(SecurityConfiguration(tokenFile: path))
        try await withEveryRoute(security: security) { server, route, path in
            // The files of the page come from the binary.
            let isOpen =
                Self.openRoutes.contains(name(route)) || route.path.hasPrefix("/page/")
            let stranger = try await server.send(route.method.text, path, body: nil)
            #expect((stranger.status == 401) == !isOpen, "\(name(route))")
            guard !isOpen else { return }
            #expect(try isRefusal(stranger, in: route.rules.refusals), "\(name(route))")
            let answer = try await server.send(
                route.method.text,
                path,
                body: nil,
                headers: ["Authorization": "Bearer \(reader)"]
            )
            let needsWrite = route.rules.access == .write
            let needsMore = needsWrite || route.rules.access == .audit
            #expect((answer.status == 403) == needsMore, "\(name(route))")
            #expect(needsWrite || !route.rules.changes, "\(name(route))")
        }
    }

    @Test func whateverChangesSomethingNeedsTheRightToWrite() async throws {
        try await withEveryRoute { _, route, _ in
            let onlyLooks = route.method == .get || !route.rules.changes
            #expect(onlyLooks || route.rules.access == .write, "\(name(route))")
            #expect(route.method != .delete || route.rules.changes, "\(name(route))")
            #expect(route.method != .get || !route.rules.changes, "\(name(route))")
        }
    }

    @Test(arguments: [
        ["Origin": "https://elsewhere.example"], ["Origin": "null"],
        ["Origin": "http://127.0.0.1:1"],
        ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"],
        ["Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"],
    ])
    func pagesOfOtherSitesChangeNothing(fields: [String: String]) async throws {
        try await withEveryRoute { server, route, path in
            guard route.method != .get else { return }
            let body = route.method == .delete ? nil : Data("{}".utf8)
            let answer = try await server.send(
                route.method.text,
                path,
                body: body,
                headers: fields
            )
            #expect(answer.status == 403, "\(name(route)) \(answer.text)")
            #expect(try isRefusal(answer, in: route.rules.refusals), "\(name(route))")
        }
    }

    @Test func theOwnPageAndProgramsAreNoOtherSite() async throws {
        try await HTTPTestServer.with { server in
            let own = ["Origin": "http://127.0.0.1:\(server.port)"]
            for fields in [own, ["Sec-Fetch-Site": "same-origin"], ["Sec-Fetch-Site": "none"], [:]]
            {
                let answer = try await server.post("/predict", "{}", headers: fields)
                #expect(answer.status == 422)
            }
        }
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
    func changesAreAskedForInJSONOnly(type: String) async throws {
        try await withEveryRoute { server, route, path in
            guard route.rules.changes, route.rules.body == .control else { return }
            let answer = try await server.send(
                route.method.text,
                path,
                body: Data("{}".utf8),
                headers: ["Content-Type": type]
            )
            #expect([415, 422].contains(answer.status), "\(name(route)) \(answer.text)")
            #expect(answer.text.contains("application/json"), "\(name(route)) \(answer.text)")
        }
    }

    @Test func whatAChangeDoesNotUnderstandIsRefusedByName() async throws {
        try await withEveryRoute { server, route, path in
            guard route.rules.changes else { return }
            let query = try await server.send(route.method.text, path + "?versoin=1", body: nil)
            #expect([400, 422].contains(query.status), "\(name(route)) \(query.text)")
            #expect(query.text.contains("versoin"), "\(name(route)) \(query.text)")
            let member = try await server.send(
                route.method.text,
                path,
                body: Data(#"{"versoin": 1}"#.utf8)
            )
            #expect([400, 422].contains(member.status), "\(name(route)) \(member.text)")
            let isNamed = member.text.contains("versoin") || route.rules.body == .nothing
            #expect(isNamed, "\(name(route)) \(member.text)")
        }
    }

    @Test(arguments: [
        ("/v2/unknown", "error"), ("/v1/models/x/y/z", "error"), ("/invocations/x", "error"),
        ("/models/x/y", "error"), ("/unknown", "detail"), ("/jobs/x/y", "detail"),
        ("/v2/models/%00", "error"),
    ])
    func refusalsBeforeARouteHaveTheFormOfTheirPrefix(path: String, member: String) async throws {
        try await HTTPTestServer.with { server in
            let answer = try await server.get(path)
            #expect([400, 404].contains(answer.status))
            #expect(try answer.json().object?[member] != nil, "\(answer.text)")
        }
    }

    @Test(arguments: [("/v2/models/x/infer", "error"), ("/predict", "detail")])
    func bodiesThatAreTooLargeAreRefusedInTheFormOfTheirRoute(
        path: String,
        member: String
    ) async throws {
        try await HTTPTestServer.with { server in
            for framing in ["Content-Length: 4194305\r\n\r\n", Self.chunkTooLarge] {
                let answer = try await RawConnection.converse(
                    port: server.port,
                    [.send(Array("POST \(path) HTTP/1.1\r\nHost: a\r\n\(framing)".utf8))]
                )
                #expect(answer.hasPrefix("HTTP/1.1 413 "), "\(answer)")
                #expect(answer.contains("{\"\(member)\":"), "\(answer)")
            }
        }
    }

    private static let chunkTooLarge = "Transfer-Encoding: chunked\r\n\r\n400001\r\n"

    @Test func compressedBodiesAreDecodedBeforeEveryRoute() async throws {
        // gzip of `{}`, made by Python's gzip.compress(b"{}", mtime=0).
        let packed = Data([
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 0xFF, 0xAB, 0xAE, 5, 0, 0x43, 0xBF, 0xA6, 0xA3, 2, 0,
            0, 0,
        ])
        try await withEveryRoute { server, route, path in
            guard route.method == .post, route.rules.access != .open else { return }
            let plain = try await server.post(path, "{}")
            let coded = try await server.send(
                "POST",
                path,
                body: packed,
                headers: ["Content-Encoding": "gzip"]
            )
            #expect(coded.status == plain.status, "\(name(route)) \(coded.text)")
            #expect(coded.text == plain.text, "\(name(route))")
            let unknown = try await server.send(
                "POST",
                path,
                body: packed,
                headers: ["Content-Encoding": "br"]
            )
            #expect(unknown.status == 415, "\(name(route)) \(unknown.text)")
            #expect(try isRefusal(unknown, in: route.rules.refusals), "\(name(route))")
        }
    }
}
