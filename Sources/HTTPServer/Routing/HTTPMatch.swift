// SPDX-License-Identifier: Apache-2.0

/// What the router found for a request: looked for once, when its head is there. An object, since
/// it goes from hand to hand with the request.
package final class HTTPMatch: Sendable {
    enum Target: Sendable {
        case route(HTTPRoute)
        /// The path has other methods.
        case otherMethods([HTTPMethod])
        /// `OPTIONS *`: the server as a whole.
        case server
        /// No route has the path.
        case nothing
        /// The percent-encoding of the path is malformed, or hides a slash or a NUL.
        case malformedPath
    }

    let target: Target
    /// The path as it was registered; nil where no route has it.
    package let path: String?
    /// What the placeholders stand for, decoded.
    package let parameters: [String: String]
    /// How this request is refused: as its route, or the routes with the same beginning, do it.
    package let refusals: RefusalForm

    /// What was declared for the route; nil where there is none.
    package let rules: HTTPRules?
    /// The place of the route among those of its router; nil where there is none.
    package let routeNumber: Int?
    let handler: HTTPRouter.Handler?

    init(
        _ target: Target,
        path: String? = nil,
        parameters: [String: String] = [:],
        refusals: RefusalForm
    ) {
        self.target = target
        self.path = path
        self.parameters = parameters
        self.refusals = refusals
        if case .route(let route) = target {
            (rules, routeNumber, handler) = (route.rules, route.number, route.handler)
        } else {
            (rules, routeNumber, handler) = (nil, nil, nil)
        }
    }
}
