// SPDX-License-Identifier: Apache-2.0

/// What holds for every request of a route, declared where the route is registered: there is no
/// default, so that a new route cannot be open by accident.
package struct HTTPRules: Sendable {
    /// What a request carries after its head.
    package enum Body: Equatable, Sendable {
        /// Nothing.
        case nothing
        /// At most a few fields, which are read on the event loop.
        case control
        /// Applications to score.
        case rows(RowForm)
    }

    /// How many messages a call of gRPC has; each is a request.
    package enum Messages: Equatable, Sendable {
        /// One, and one answer.
        case one
        /// Any number, which are answered in their order.
        case many
    }

    /// What a caller needs to be allowed.
    package let access: HTTPAccess
    /// What a request carries after its head.
    package let body: Body
    /// Whether a request changes what is stored, served or under way: then all of it must be
    /// understood, and it must not come from the page of another site.
    package let changes: Bool
    /// How requests are refused, also before their handler runs.
    package let refusals: RefusalForm
    /// How many of them a call of gRPC has.
    package let messages: Messages

    private init(
        _ access: HTTPAccess,
        _ body: Body,
        changes: Bool = false,
        _ refusals: RefusalForm,
        _ messages: Messages = .one
    ) {
        self.access = access
        self.body = body
        self.changes = changes
        self.refusals = refusals
        self.messages = messages
    }

    /// Says whether the server is there, or describes it: for everybody.
    package static func open(_ refusals: RefusalForm, messages: Messages = .one) -> HTTPRules {
        HTTPRules(.open, .control, refusals, messages)
    }

    /// Shows something to those who have `scope`.
    package static func shows(to scope: HTTPAccess, _ refusals: RefusalForm) -> HTTPRules {
        HTTPRules(scope, .control, refusals)
    }

    /// Scores applications.
    /// - Parameter rows: how their number is bounded without parsing them.
    package static func scores(
        _ rows: RowForm,
        _ refusals: RefusalForm,
        messages: Messages = .one
    ) -> HTTPRules {
        HTTPRules(.predict, .rows(rows), refusals, messages)
    }

    /// Changes what is stored, served or under way.
    package static func changes(_ refusals: RefusalForm, body: Body = .control) -> HTTPRules {
        HTTPRules(.write, body, changes: true, refusals)
    }

    /// Bytes of a body that a request may have; nil where those of the whole server count.
    /// - Parameter control: the limit of bodies that hold no applications.
    package func bodyBytesMax(control: Int) -> Int? {
        if case .rows = body { nil } else { control }
    }
}
