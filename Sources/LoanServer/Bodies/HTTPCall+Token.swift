// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer

extension HTTPCall {
    /// The bytes after `Bearer` (RFC 6750); nil without the field. Anything but a single bearer
    /// token is an empty one, which is never right.
    var bearerToken: [UInt8]? {
        let values = headers.values(of: "authorization")
        guard let value = values.first else { return nil }
        let parts = value.split(separator: " ", omittingEmptySubsequences: true)
        guard values.count == 1, parts.count == 2, parts[0].lowercased() == "bearer" else {
            return []
        }
        return Array(parts[1].utf8)
    }
}
