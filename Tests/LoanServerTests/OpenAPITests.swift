// SPDX-License-Identifier: Apache-2.0

import Access
import Foundation
import HTTPServer
import LoanServer
import Logging
import TestSupport
import Testing

/// The served description says what the router has, and nothing else.
@Suite struct OpenAPITests {
    /// Files of the page, another spelling of a described path, and extensions that are only
    /// registered to say that they are not offered.
    private static func isUndescribed(_ route: String) -> Bool {
        let names = ["GET /v2/", "GET /v2/logging", "POST /v2/logging"]
        let parts = ["/page/", "/trace/setting", "sharedmemory/"]
        return names.contains(route) || parts.contains(where: route.contains)
    }

    private typealias Members = [String: Any]

    /// Every route and every described operation, each nil where only the other is there.
    private func withEveryOperation(
        _ body: (_ name: String, HTTPRoute?, _ operation: Members?, _ all: Members) throws -> Void
    ) async throws {
        try await HTTPTestServer.with { server in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let routes = HTTPApplication(service: server.service, logger: logger).router.routes
            let document = try await server.get("/openapi.json").body
            let all = try #require(try JSONSerialization.jsonObject(with: document) as? Members)
            var operations: [String: Members] = [:]
            for (path, methods) in try #require(all["paths"] as? [String: Members]) {
                for (method, operation) in methods where method != "parameters" {
                    operations["\(method.uppercased()) \(path)"] = operation as? Members
                }
            }
            #expect(operations.count > 30)
            for route in routes {
                let name = "\(route.method.text) \(route.path)"
                try body(name, route, operations.removeValue(forKey: name), all)
            }
            for (name, operation) in operations { try body(name, nil, operation, all) }
        }
    }

    @Test func everyRouteIsDescribedAndNothingElse() async throws {
        try await withEveryOperation { name, route, operation, _ in
            #expect(route != nil, "\(name) is described and not there")
            let isDescribed = operation != nil
            #expect(isDescribed != Self.isUndescribed(name), "\(name) is described: \(isDescribed)")
        }
    }

    @Test func theDescriptionSaysWhichScopeARouteNeeds() async throws {
        try await withEveryOperation { name, route, operation, _ in
            guard let route, let operation else { return }
            let security = operation["security"] as? [[String: [String]]]
            guard route.rules.access != .open else {
                #expect(security == nil, "\(name)")
                return
            }
            guard case .scope(let needed) = route.rules.access else { return }
            let scope = needed.names
            #expect(security == [[:], ["token": [scope]]], "\(name)")
            let responses = try #require(operation["responses"] as? Members, "\(name)")
            #expect(responses["401"] != nil && responses["403"] != nil, "\(name)")
        }
    }

    @Test func theDescriptionSaysWhichBodyARouteTakes() async throws {
        try await withEveryOperation { name, route, operation, _ in
            guard let route, let operation else { return }
            let body = operation["requestBody"] as? Members
            let types = Set((body?["content"] as? Members ?? [:]).keys)
            switch route.rules.body {
            case .rows:
                #expect(body?["required"] as? Bool == true, "\(name)")
                #expect(types.contains("application/json"), "\(name)")
            case .control: #expect(types.isSubset(of: ["application/json"]), "\(name)")
            case .nothing: #expect(body == nil, "\(name)")
            }
            if route.method == .get { #expect(body == nil, "\(name)") }
        }
    }

    @Test func theDescriptionNamesThePlaceholdersOfEachPath() async throws {
        try await withEveryOperation { name, route, operation, all in
            guard let route, let operation else { return }
            let components = all["components"] as? Members
            let shared = components?["parameters"] as? [String: Members] ?? [:]
            let parameters = (operation["parameters"] as? [Members] ?? []).compactMap { parameter in
                guard let reference = parameter["$ref"] as? String else { return parameter }
                return shared[String(reference.split(separator: "/").last ?? "")]
            }
            let described = parameters.filter { $0["in"] as? String == "path" }
                .compactMap { $0["name"] as? String }
            let placeholders = route.path.matches(of: /\{([a-z]+)\}/).map { String($0.1) }
            #expect(described.sorted() == placeholders.sorted(), "\(name)")
        }
    }
}
