// SPDX-License-Identifier: Apache-2.0

internal import JSON
package import LoanService
package import LoanTraining

/// What a training is asked for apart from places and names, by the members of `POST /train` over
/// every transport.
package struct TrainingMembers {
    /// How the model is trained.
    package let parameters: TrainingParameters
    /// Raw features that it is trained without.
    package let excluded: [String]
    /// Folds of a cross-validation before the training; nil: none.
    package let folds: Int?
    /// A search for its parameters; nil: none.
    package let search: SearchPlan?

    /// The longest text of these members, in bytes.
    package static let bytesMax = 1 << 20

    private static let fields: [RequestField] = [.parameters, .exclude, .folds, .tune]

    /// Parameters alone.
    init(parameters: TrainingParameters) {
        self.parameters = parameters
        excluded = []
        folds = nil
        search = nil
    }

    /// Reads the members of a request.
    init(_ reader: inout FieldReader) {
        parameters = reader.trainingParameters()
        excluded = reader.excludedFeatures()
        folds = reader.folds()
        search = reader.searchPlan()
    }

    /// Reads an object of these members alone; without a text there are none.
    package init(_ text: [UInt8]) throws(ServiceError) {
        guard text.count <= Self.bytesMax else {
            throw Self.unreadable("\(text.count) bytes are more than the \(Self.bytesMax) allowed")
        }
        let body: JSONValue
        do throws(JSONError) {
            body = text.isEmpty ? .object(JSONObject()) : try JSONParser.parse(text)
        } catch {
            throw Self.unreadable("is no JSON: \(error)")
        }
        self = try FieldReader.read(body) { reader in
            reader.refuseOthers(than: Self.fields)
            return TrainingMembers(&reader)
        }
    }

    private static func unreadable(_ message: String) -> ServiceError {
        .invalid([FieldProblem(.parameters, message, kind: .unreadableBody)])
    }
}
