// SPDX-License-Identifier: Apache-2.0

/// One method of one path, as it was registered.
package struct HTTPRoute: Sendable {
    /// The method, as it was registered; HEAD follows GET.
    package let method: HTTPMethod
    /// The path, which may hold placeholders: `/v2/models/{model}/infer`.
    package let path: String
    /// What holds for every request of the route.
    package let rules: HTTPRules
    let handler: HTTPRouter.Handler
    /// Its place among those of its router, in the order of their registration.
    let number: Int
}
