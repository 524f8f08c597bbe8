// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON

extension HTTPCall {
    /// The members of the body, an object whose members are some of `names`; nil for an empty
    /// body.
    func members(_ names: [String]) throws(ProtocolError) -> JSONObject? {
        guard !body.isEmpty else { return nil }
        let value: JSONValue
        do {
            value = try JSONParser.parse(body)
        } catch {
            throw .request(.json(error))
        }
        guard let members = value.object else {
            throw .request(.type(path: "the body", wanted: "an object"))
        }
        try members.refuseOthers(than: names, in: "")
        return members
    }
}

extension JSONObject {
    /// Refuses a member that is none of `names`: a request that changes something is understood as
    /// a whole.
    /// - Parameter path: the path of the object in the body, such as `parameters.`
    func refuseOthers(than names: [String], in path: String) throws(ProtocolError) {
        guard let other = members.first(where: { !names.contains($0.name) }) else { return }
        let known = names.map { path + $0 }.joined(separator: ", ")
        throw .request(.unknownMember(path: path + other.name, known: known))
    }
}
