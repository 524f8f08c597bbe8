// SPDX-License-Identifier: Apache-2.0

/// Finds the handler of a call. One canonical path per call, matched byte for byte: no trailing
/// slash, no percent-encoding, no second spelling that a proxy in front might treat differently.
package struct HTTPRouter: HTTPResponder {
    /// Answers the calls of one route. Runs on the event loop.
    package typealias Handler = @Sendable (HTTPCall) -> HTTPReply

    private typealias Methods = [HTTPMethod: Handler]

    private var exact: [String: Methods] = [:]
    private var patterns: [(pattern: PathPattern, text: String, methods: Methods)] = []

    package init() {}

    /// Registers the handler of a method and a path, which may hold placeholders:
    /// `/v2/models/{model}/infer`. HEAD follows GET.
    package mutating func on(
        _ method: HTTPMethod,
        _ path: String,
        _ handler: @escaping Handler
    ) {
        let pattern = PathPattern(path)
        guard pattern.hasPlaceholders else {
            exact[path, default: [:]][method] = handler
            return
        }
        if let index = patterns.firstIndex(where: { $0.text == path }) {
            patterns[index].methods[method] = handler
            return
        }
        let place = patterns.firstIndex {
            $0.pattern.specificity.lexicographicallyPrecedes(pattern.specificity)
        }
        patterns.insert((pattern, path, [method: handler]), at: place ?? patterns.endIndex)
    }

    /// Registers a handler that waits for something.
    package mutating func on(
        _ method: HTTPMethod,
        _ path: String,
        later handler: @escaping @Sendable (HTTPCall) async -> HTTPAnswer
    ) {
        on(method, path) { call in .later { await handler(call) } }
    }

    /// The path or pattern, as it was registered, that takes a path; nil when none does.
    package func route(of path: String) -> String? {
        if exact[path] != nil { return path }
        return patterns.first { $0.pattern.match(path) != nil }?.text
    }

    package func respond(to call: HTTPCall) -> HTTPReply {
        if let methods = exact[call.path] { return respond(to: call, methods) }
        for (pattern, _, methods) in patterns {
            guard let parameters = pattern.match(call.path) else { continue }
            var call = call
            call.parameters = parameters
            return respond(to: call, methods)
        }
        return .now(.refusal(404, "Not Found"))
    }

    private func respond(to call: HTTPCall, _ methods: Methods) -> HTTPReply {
        let isHead = call.method == .head
        if let handler = methods[call.method] ?? (isHead ? methods[.get] : nil) {
            return handler(call)
        }
        var answer = HTTPAnswer.refusal(405, "Method Not Allowed")
        let allowed = methods.keys.map(\.text).sorted().joined(separator: ", ")
        answer.headers.append(("allow", allowed))
        return .now(answer)
    }
}
