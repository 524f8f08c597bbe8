// SPDX-License-Identifier: Apache-2.0

/// A step into a request.
package enum LocationStep: Equatable, Sendable {
    /// What the service knows of the request; transports name it.
    case input(RequestInput)
    /// A name in the form of the request, as its transport reads it.
    case name(String)
    case index(Int)

    /// The same, with the beginning of a long name only.
    var excerpt: Self {
        if case .name(let name) = self { .name(name.excerpt) } else { self }
    }
}
