// SPDX-License-Identifier: Apache-2.0

/// Finds the handler of a request by its path, segment by segment, without a second spelling but
/// percent-encoding, which is decoded once: no trailing slash is added or dropped, no case folded.
package struct HTTPRouter: HTTPEntry {
    /// Answers the requests of one route. Runs on the event loop.
    package typealias Handler = @Sendable (HTTPCall) -> HTTPReply

    private typealias Methods = [HTTPMethod: HTTPRoute]

    private var exact: [String: Methods] = [:]
    /// What is found for the requests of `exact`, made once.
    private var found: [String: [HTTPMethod: HTTPMatch]] = [:]
    private var patterns: [(pattern: PathPattern, text: String, methods: Methods)] = []
    /// By the first segment of the paths.
    private var refusals: [Substring: RefusalForm] = [:]
    /// How many routes were registered.
    package private(set) var routeCount = 0

    /// A router without routes.
    package init() {}

    /// Registers the handler of a method and a path, which may hold placeholders:
    /// `/v2/models/{model}/infer`. HEAD follows GET.
    /// - Parameter rules: what holds for every request of the route.
    package mutating func on(
        _ method: HTTPMethod,
        _ path: String,
        _ rules: HTTPRules,
        _ handler: @escaping Handler
    ) {
        let route = HTTPRoute(
            method: method,
            path: path,
            rules: rules,
            handler: handler,
            number: routeCount
        )
        routeCount += 1
        refusals[Self.firstSegment(path)] = rules.refusals
        let pattern = PathPattern(path)
        guard pattern.hasPlaceholders else {
            exact[path, default: [:]][method] = route
            found[path, default: [:]][method] = HTTPMatch(
                .route(route),
                path: path,
                refusals: rules.refusals
            )
            return
        }
        if let index = patterns.firstIndex(where: { $0.text == path }) {
            patterns[index].methods[method] = route
            return
        }
        let place = patterns.firstIndex {
            $0.pattern.specificity.lexicographicallyPrecedes(pattern.specificity)
        }
        patterns.insert((pattern, path, [method: route]), at: place ?? patterns.endIndex)
    }

    /// Registers a handler that waits for something.
    package mutating func on(
        _ method: HTTPMethod,
        _ path: String,
        _ rules: HTTPRules,
        later handler: @escaping @Sendable (HTTPCall) async -> HTTPAnswer
    ) {
        on(method, path, rules) { call in .later { await handler(call) } }
    }

    /// All routes, by their paths.
    package var routes: [HTTPRoute] {
        (Array(exact.values) + patterns.map(\.methods)).flatMap(\.values)
            .sorted { ($0.path, $0.method.text) < ($1.path, $1.method.text) }
    }

    // MARK: Matching

    /// What is registered for the method and path of a request.
    package func match(_ head: HTTPCall) -> HTTPMatch {
        if let match = found[head.path]?[head.method] { return match }
        if head.path == "*" { return HTTPMatch(.server, refusals: .detail) }
        guard let path = PercentEncodedPath.decoded(head.path) else {
            return HTTPMatch(.malformedPath, refusals: refusalForm(of: head.path))
        }
        if let methods = exact[path] { return match(head, path, methods, [:]) }
        for (pattern, text, methods) in patterns {
            guard let parameters = pattern.match(path) else { continue }
            return match(head, text, methods, parameters)
        }
        return HTTPMatch(.nothing, refusals: refusalForm(of: path))
    }

    /// The route of a pattern, where what its placeholders stand for is known without a path.
    package func match(
        _ method: HTTPMethod,
        pattern: String,
        _ parameters: [String: String]
    ) -> HTTPMatch {
        guard let route = patterns.first(where: { $0.text == pattern })?.methods[method] else {
            return HTTPMatch(.nothing, refusals: refusalForm(of: pattern))
        }
        return HTTPMatch(
            .route(route),
            path: pattern,
            parameters: parameters,
            refusals: route.rules.refusals
        )
    }

    private func match(
        _ head: HTTPCall,
        _ path: String,
        _ methods: Methods,
        _ parameters: [String: String]
    ) -> HTTPMatch {
        let isHead = head.method == .head
        guard let route = methods[head.method] ?? (isHead ? methods[.get] : nil) else {
            return HTTPMatch(
                .otherMethods(methods.keys.sorted { $0.text < $1.text }),
                path: path,
                refusals: methods.values.first?.rules.refusals ?? .detail
            )
        }
        return HTTPMatch(
            .route(route),
            path: path,
            parameters: parameters,
            refusals: route.rules.refusals
        )
    }

    /// How the routes refuse whose paths begin alike.
    private func refusalForm(of path: String) -> RefusalForm {
        refusals[Self.firstSegment(path)] ?? .detail
    }

    private static func firstSegment(_ path: String) -> Substring {
        Substring(path.utf8.dropFirst().prefix { $0 != UInt8(ascii: "/") })
    }

    // MARK: Answering

    /// What no route takes is answered by its head: its body is not kept.
    package func refusal(of head: HTTPCall) -> HTTPAnswer? {
        let match = head.match ?? match(head)
        return match.rules == nil ? answer(without: match, head.method) : nil
    }

    /// Answers by the handler of the route, or refuses as the route would.
    package func respond(to call: HTTPCall) -> HTTPReply {
        let match = call.match ?? match(call)
        guard let handler = match.handler else {
            return .now(answer(without: match, call.method))
        }
        guard call.match == nil else { return handler(call) }
        var call = call
        call.match = match
        return handler(call)
    }

    /// The answer to a request that no route takes.
    private func answer(without match: HTTPMatch, _ method: HTTPMethod) -> HTTPAnswer {
        switch match.target {
        case .otherMethods(let methods):
            var answer = match.refusals.answer(405, "Method Not Allowed")
            answer.headers.append(("allow", Self.list(methods)))
            return answer
        case .server where method == .options:
            let methods = Set(routes.map(\.method)).union([.head, .options])
            let allowed = Self.list(methods.sorted { $0.text < $1.text })
            return HTTPAnswer(200, headers: [("allow", allowed)])
        case .server:
            return match.refusals.answer(400, "Bad Request: only OPTIONS may ask for the path *")
        case .route, .nothing: return match.refusals.answer(404, "Not Found")
        case .malformedPath:
            return match.refusals.answer(
                400,
                "Bad Request: a part of the path is not percent-encoded UTF-8 text without slash "
                    + "and NUL"
            )
        }
    }

    private static func list(_ methods: [HTTPMethod]) -> String {
        methods.map(\.text).joined(separator: ", ")
    }
}
