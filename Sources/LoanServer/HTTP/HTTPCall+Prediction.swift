// SPDX-License-Identifier: Apache-2.0

extension HTTPCall {
    /// Whether calls of a path, or of a route with its placeholders, score applications.
    static func predicts(_ path: String) -> Bool {
        path == "/predict" || path == "/invocations"
            || path.hasPrefix("/v2/models/") && path.hasSuffix("/infer")
            || path.hasPrefix("/v1/models/") && path.hasSuffix(":predict")
    }
}
