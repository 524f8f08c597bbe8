// SPDX-License-Identifier: Apache-2.0

internal import CPages
internal import HTTPServer
internal import JSON
internal import NIOCore

/// The pages for people, from the binary: nothing is fetched from elsewhere.
struct PageRoutes {
    /// A file and how it is served.
    private struct File {
        let path: String
        let contentType: String
        let name: cpages_name
    }

    private static let files = [
        File(path: "/docs", contentType: html, name: CPAGES_DOCS_HTML),
        File(path: "/page/access.js", contentType: script, name: CPAGES_ACCESS_JS),
        File(path: "/page/card.js", contentType: script, name: CPAGES_CARD_JS),
        File(path: "/page/charts.js", contentType: script, name: CPAGES_CHARTS_JS),
        File(path: "/page/csv.js", contentType: script, name: CPAGES_CSV_JS),
        File(path: "/page/curves.js", contentType: script, name: CPAGES_CURVES_JS),
        File(path: "/page/docs.css", contentType: style, name: CPAGES_DOCS_CSS),
        File(path: "/page/docs.js", contentType: script, name: CPAGES_DOCS_JS),
        File(path: "/page/drawing.js", contentType: script, name: CPAGES_DRAWING_JS),
        File(path: "/page/drift.js", contentType: script, name: CPAGES_DRIFT_JS),
        File(path: "/page/estimates.js", contentType: script, name: CPAGES_ESTIMATES_JS),
        File(path: "/page/form.js", contentType: script, name: CPAGES_FORM_JS),
        File(path: "/page/icon.svg", contentType: "image/svg+xml", name: CPAGES_ICON_SVG),
        File(path: "/page/jobs.js", contentType: script, name: CPAGES_JOBS_JS),
        File(path: "/page/judgment.js", contentType: script, name: CPAGES_JUDGMENT_JS),
        File(path: "/page/numbers.js", contentType: script, name: CPAGES_NUMBERS_JS),
        File(path: "/page/outcome.js", contentType: script, name: CPAGES_OUTCOME_JS),
        File(path: "/page/page.css", contentType: style, name: CPAGES_PAGE_CSS),
        File(path: "/page/page.js", contentType: script, name: CPAGES_PAGE_JS),
        File(path: "/page/quality.js", contentType: script, name: CPAGES_QUALITY_JS),
        File(path: "/page/reasons.js", contentType: script, name: CPAGES_REASONS_JS),
        File(path: "/page/server.js", contentType: script, name: CPAGES_SERVER_JS),
        File(path: "/page/table.js", contentType: script, name: CPAGES_TABLE_JS),
        File(path: "/page/theme.js", contentType: script, name: CPAGES_THEME_JS),
        File(path: "/page/threshold.js", contentType: script, name: CPAGES_THRESHOLD_JS),
        File(path: "/page/versions.js", contentType: script, name: CPAGES_VERSIONS_JS),
        File(path: "/page/words.js", contentType: script, name: CPAGES_WORDS_JS),
        File(path: "/openapi.json", contentType: "application/json", name: CPAGES_OPENAPI_JSON),
    ]

    private static let html = "text/html; charset=utf-8"
    private static let script = "text/javascript; charset=utf-8"
    private static let style = "text/css; charset=utf-8"

    /// Scripts and styles come from this server only, none is within the page, and the page calls
    /// nobody else.
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
        let page = Self.answer(Self.html, CPAGES_PAGE_HTML)
        router.on(.get, "/", .open(.detail)) { call in .now(Self.root(call, page: page)) }
        for file in Self.files {
            let answer = Self.answer(file.contentType, file.name)
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

    private static func answer(_ contentType: String, _ file: cpages_name) -> HTTPAnswer {
        HTTPAnswer(
            200,
            contentType: contentType,
            headers: headers,
            body: .shared(PageFile(file).content)
        )
    }
}
