// SPDX-License-Identifier: Apache-2.0

extension HTTPCall {
    /// How the body is compressed, as the request says it; nil where it is not.
    package var contentCoding: String? {
        let values = headers.values(of: "content-encoding")
        guard !values.isEmpty else { return nil }
        let value = values.joined(separator: ", ")
        return value.isEmpty || value.lowercased() == "identity" ? nil : value
    }
}
