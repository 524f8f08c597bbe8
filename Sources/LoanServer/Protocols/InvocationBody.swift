// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// The JSON body of an invocation: `{"instances": [...]}`, where a row may also be
/// `{"features": [...]}`.
struct InvocationBody: Sendable {
    /// The whole body.
    let json: JSONValue
    /// The list of rows, each without the object around it.
    let rows: JSONValue

    /// The member that has the rows.
    static let rowsName = "instances"

    init(_ bytes: [UInt8]) throws(ProtocolError) {
        do {
            json = try JSONParser.parse(bytes, allowsNaN: true)
        } catch {
            throw .request(.json(error))
        }
        guard case .array(let elements)? = json.object?[Self.rowsName] else {
            throw .request(.missing(path: Self.rowsName))
        }
        rows = .array(
            elements.map { row in
                guard let members = row.object?.members, members.count == 1,
                    members[0].name == "features"
                else { return row }
                return members[0].value
            }
        )
    }
}
