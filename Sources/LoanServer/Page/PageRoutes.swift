// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import NIOCore

/// The pages for people, from the binary: nothing is fetched from elsewhere.
struct PageRoutes {
    /// One file of `assets`, as it is served.
    private struct File {
        let path: String
        let contentType: String
        let text: String
    }

    private static let files = [
        File(path: "/docs", contentType: html, text: Assets.docsHTML),
        File(path: "/page/access.js", contentType: script, text: Assets.accessJS),
        File(path: "/page/charts.js", contentType: script, text: Assets.chartsJS),
        File(path: "/page/docs.css", contentType: style, text: Assets.docsCSS),
        File(path: "/page/docs.js", contentType: script, text: Assets.docsJS),
        File(path: "/page/form.js", contentType: script, text: Assets.formJS),
        File(path: "/page/icon.svg", contentType: "image/svg+xml", text: Assets.iconSVG),
        File(path: "/page/judgment.js", contentType: script, text: Assets.judgmentJS),
        File(path: "/page/numbers.js", contentType: script, text: Assets.numbersJS),
        File(path: "/page/page.css", contentType: style, text: Assets.pageCSS),
        File(path: "/page/page.js", contentType: script, text: Assets.pageJS),
        File(path: "/page/server.js", contentType: script, text: Assets.serverJS),
        File(path: "/page/theme.js", contentType: script, text: Assets.themeJS),
        File(path: "/page/words.js", contentType: script, text: Assets.wordsJS),
        File(path: "/openapi.json", contentType: "application/json", text: Assets.openapiJSON),
    ]

    private static let html = "text/html; charset=utf-8"
    private static let script = "text/javascript; charset=utf-8"
    private static let style = "text/css; charset=utf-8"

    /// Scripts and styles come from this server only, none stands in the page, and the page talks
    /// to nobody else.
    private static let headers: [(name: String, value: String)] = [
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        // A newer binary's files are used at once.
        ("cache-control", "no-cache"),
    ]

    func register(in router: inout HTTPRouter) {
        let page = Self.answer(Self.html, Assets.pageHTML)
        router.on(.get, "/", .open(.detail)) { call in .now(Self.root(call, page: page)) }
        for file in Self.files {
            let answer = Self.answer(file.contentType, file.text)
            router.on(.get, file.path, .open(.detail)) { _ in .now(answer) }
        }
    }

    /// The page for browsers; for programs the answer that KServe's client takes for "alive".
    private static func root(_ call: HTTPCall, page: HTTPAnswer) -> HTTPAnswer {
        let accept = call.headers.values(of: "accept").joined(separator: ",").lowercased()
        var answer =
            accept.contains("text/html")
            ? page
            : HTTPAnswer.json(200, .members(["status": .string("alive")]))
        answer.headers.append(("vary", "accept"))
        return answer
    }

    private static func answer(_ contentType: String, _ text: String) -> HTTPAnswer {
        HTTPAnswer(
            200,
            contentType: contentType,
            headers: headers,
            body: .shared(ByteBuffer(string: text))
        )
    }
}
