// SPDX-License-Identifier: Apache-2.0

import HTTPServer
import Testing

@Suite struct HTTPRouterTests {
    private static var router: HTTPRouter {
        var router = HTTPRouter()
        for path in [
            "/ping", "/v2/models/{model}", "/v2/models/{model}/infer", "/v2/models/stats",
            "/v2/models/{model}/versions/{version}/infer", "/v1/models/{model}:predict",
            "/v1/models/{model}",
        ] {
            router.on(.get, path, .open(.detail)) { call in
                let parameters = call.parameters.sorted { $0.key < $1.key }
                    .map { "\($0.key)=\($0.value)" }
                return .now(
                    HTTPAnswer(200, contentType: ([path] + parameters).joined(separator: " "))
                )
            }
        }
        router.on(.post, "/v2/models/{model}/infer", .open(.error)) { _ in
            .now(HTTPAnswer(202))
        }
        return router
    }

    @Test(arguments: [
        ("/ping", "/ping"),
        ("/v2/models/a", "/v2/models/{model} model=a"),
        ("/v2/models/stats", "/v2/models/stats"),
        ("/v2/models/a/infer", "/v2/models/{model}/infer model=a"),
        (
            "/v2/models/a/versions/3/infer",
            "/v2/models/{model}/versions/{version}/infer model=a version=3"
        ),
        ("/v1/models/a.b:predict", "/v1/models/{model}:predict model=a.b"),
        ("/v1/models/a:b", "/v1/models/{model} model=a:b"),
        ("/%70ing", "/ping"),
        ("/v2/models/a%40b%C3%A4/infer", "/v2/models/{model}/infer model=a@bä"),
        ("/v1/models/a%3Apredict", "/v1/models/{model}:predict model=a"),
        ("/v2/models/a%2540b", "/v2/models/{model} model=a%40b"),
    ])
    func findsTheMostSpecificRoute(path: String, expected: String) async {
        let answer = await Self.router.respond(to: HTTPCall(.get, path)).answer()
        #expect(answer.contentType == expected)
    }

    @Test(arguments: [
        "/", "", "ping", "/ping/", "//ping", "/v2/models/", "/v2/models//infer",
        "/v1/models/",
        "/v2/models/a/infer/", "/%50ing",
    ])
    func findsNothingElse(path: String) async {
        #expect(await Self.router.respond(to: HTTPCall(.get, path)).answer().status == 404)
    }

    @Test(arguments: ["/v2/models/a%2Fb", "/ping%00", "/ping%", "/ping%4", "/ping%zz", "/ping%C3"])
    func refusesEncodingsThatTwoReadersCouldReadDifferently(path: String) async {
        #expect(await Self.router.respond(to: HTTPCall(.get, path)).answer().status == 400)
    }

    @Test func aSlashBeforeAnAccentIsASlash() async {
        let answer = await Self.router.respond(to: HTTPCall(.get, "/v2/models/a/%CC%81/infer"))
            .answer()
        #expect(answer.status == 404)
    }

    @Test func refusesOtherMethodsAndNamesTheAllowedOnes() async {
        let answer = await Self.router.respond(to: HTTPCall(.put, "/v2/models/a/infer")).answer()
        #expect(answer.status == 405)
        #expect(answer.headers.map(\.value) == ["GET, POST"])
        let lower = await Self.router.respond(to: HTTPCall(.other("get"), "/ping")).answer()
        #expect(lower.status == 405)
    }

    @Test func decodesTheNamesOfQueries() {
        let call = HTTPCall(.get, "/", query: "a=1&b%20c+d=%zz&%C3%A4=2&e&=f&%zz=g&%=h&&a")
        #expect(call.queryNames == ["a", "b c d", "ä", "e", "", nil, nil, "a"])
    }
}
