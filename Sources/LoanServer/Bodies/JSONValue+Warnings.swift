// SPDX-License-Identifier: Apache-2.0

internal import JSON

extension JSONValue {
    /// The answer of an operation that succeeded, and what is not as it should be all the same: a
    /// member `warnings` that is there only when there are any, so that the documented answers keep
    /// their shape.
    func with(warnings: [String]) -> JSONValue {
        guard let object, !warnings.isEmpty else { return self }
        let list = JSONValue.array(warnings.map { .string($0) })
        return .object(JSONObject(object.members + [("warnings", list)]))
    }
}
