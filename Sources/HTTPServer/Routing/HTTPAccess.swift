// SPDX-License-Identifier: Apache-2.0

package import Access

/// What a caller needs to be allowed for the requests of a route, where tokens are configured.
package enum HTTPAccess: Equatable, Sendable {
    /// Everybody: whether the server is there, and what describes it.
    case open
    case scope(Scope)

    /// Who may score applications.
    package static let predict = HTTPAccess.scope(.predict)
    /// Who may change what is stored, served or under way.
    package static let write = HTTPAccess.scope(.write)
    /// Who may read the record of decisions.
    package static let audit = HTTPAccess.scope(.audit)
}
