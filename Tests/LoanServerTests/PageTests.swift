// SPDX-License-Identifier: Apache-2.0

import Foundation
import FoundationNetworking
import LoanServer
import TestSupport
import Testing

/// What the page reads of `GET /models/{model}`.
private struct DescribedModel: Decodable {
    struct Range: Decodable {
        let minimum: Double
        let maximum: Double
        let low: Double
        let high: Double
    }

    struct Feature: Decodable {
        let name: String
        let kind: String
        let median: Double?
        let range: Range?
    }

    let features: [Feature]
}

/// How the pages for people are served.
@Suite struct PageTests {
    private static let folder = PythonOracle.repository
        .appendingPathComponent("Sources/CPages/assets")
    private static let types = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml", "json": "application/json",
    ]

    /// The path of each file but the page itself, which has that of the whole server.
    private static func paths() throws -> [(file: URL, path: String)] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent != "page.html" }.map { file in
                switch file.lastPathComponent {
                case "docs.html": (file, "/docs")
                case "openapi.json": (file, "/openapi.json")
                case let name: (file, "/page/\(name)")
                }
            }
    }

    @Test func everyFileIsServedAsItIsButForItsLastLineEnd() async throws {
        let paths = try Self.paths()
        #expect(paths.count > 10)
        try await HTTPTestServer.with { server in
            for (file, path) in paths {
                let text = try String(contentsOf: file, encoding: .utf8)
                #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"), "\(path)")
                let answer = try await server.get(path)
                #expect(answer.status == 200)
                #expect(answer.text + "\n" == text, "\(path)")
                #expect(answer.headers["content-type"] == Self.types[file.pathExtension])
            }
        }
    }

    @Test func everyFileComesWithAStrictPolicy() async throws {
        let paths = try Self.paths()
        try await HTTPTestServer.with { server in
            for (_, path) in paths {
                let answer = try await server.get(path)
                let policy = try #require(answer.headers["content-security-policy"])
                #expect(
                    policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';")
                )
                #expect(!policy.contains("unsafe"))
                #expect(answer.headers["x-content-type-options"] == "nosniff")
            }
        }
    }

    @Test func noPageHoldsOrNamesAnythingFromElsewhere() async throws {
        let paths = try Self.paths().filter { !["json", "svg"].contains($0.file.pathExtension) }
        try await HTTPTestServer.with { server in
            for (_, path) in paths {
                let text = try await server.get(path).text
                #expect(!text.contains("https://") && !text.contains("src=\"http"), "\(path)")
                #expect(!text.contains("onclick=") && !text.contains("style=\""), "\(path)")
            }
        }
    }

    /// Warnings of the page rest on these.
    @Test func aModelSaysWhichValuesItWasTrainedOn() async throws {
        try await HTTPTestServer.withTrainedModel { server in
            let load = try await server.post(
                "/v2/repository/models/model.joblib/load",
                """
                {"parameters": {"backend": "local", "local_model_path": "models",
                 "preprocessor_path": "data"}}
                """
            )
            try #require(load.status == 200, "\(load.text)")
            let answer = try await server.get("/models/model.joblib")
            let model = try JSONDecoder().decode(DescribedModel.self, from: Data(answer.body))
            #expect(model.features.count == 11)
            for feature in model.features {
                try #require((feature.range != nil) == (feature.kind == "number"))
                guard let range = feature.range else { continue }
                let bounds = [range.minimum, range.low, range.high, range.maximum]
                #expect(bounds == bounds.sorted(), "\(feature.name)")
                #expect(range.minimum < range.maximum)
                if let median = feature.median {
                    #expect((range.low...range.high).contains(median))
                }
            }
            let imputed = model.features.filter { $0.median != nil }.map(\.name)
            #expect(
                imputed == ["person_emp_length", "loan_int_rate", "cb_person_cred_hist_length"]
            )
        }
    }

    @Test func browsersGetThePageAndProgramsAWord() async throws {
        try await HTTPTestServer.with { server in
            let program = try await server.get("/")
            #expect(program.text == #"{"status":"alive"}"#)
            #expect(program.headers["vary"] == "accept")
            let url = try #require(URL(string: "http://127.0.0.1:\(server.port)/"))
            var request = URLRequest(url: url)
            request.setValue("text/html,*/*;q=0.8", forHTTPHeaderField: "Accept")
            let (data, response) = try await URLSession.shared.data(for: request)
            let page = try #require(response as? HTTPURLResponse)
            #expect(page.statusCode == 200)
            let file = Self.folder.appendingPathComponent("page.html")
            #expect(try data + Data("\n".utf8) == Data(contentsOf: file))
            #expect(String(decoding: data, as: UTF8.self).hasPrefix("<!doctype html>"))
        }
    }
}
