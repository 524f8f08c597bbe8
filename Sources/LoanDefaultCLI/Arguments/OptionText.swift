// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// Texts of options that are documents.
enum OptionText {
    /// The JSON of an option.
    /// - Parameter name: of the member that the option stands for.
    static func json(_ text: String, of name: String) throws -> JSONValue {
        do throws(JSONError) {
            return try JSONParser.parse(Array(text.utf8))
        } catch {
            let option = name.map { $0 == "_" ? "-" : String($0) }.joined()
            throw CommandFailure.usage("--\(option) is no JSON: \(error)")
        }
    }
}
