// SPDX-License-Identifier: Apache-2.0

import LoanServer
import LoanService
import Testing

/// What the service calls a part of a request, in the fields of JSON.
@Suite struct RequestFieldTests {
    @Test(arguments: [
        (PlaceRole.source, StorageBackend.local, "local_path"), (.source, .s3, "key"),
        (.target, .local, "target_path"), (.target, .s3, "key"),
        (.data, .local, "local_data_path"), (.data, .s3, "data_key"),
        (.model, .local, "local_model_path"), (.model, .s3, "model_key"),
        (.preprocessor, .local, "preprocessor_path"), (.preprocessor, .s3, "data_key"),
    ])
    func aPlaceHasTheFieldOfItsStore(role: PlaceRole, backend: StorageBackend, field: String) {
        let input = RequestInput.place(role, backend)
        #expect(input.field?.rawValue == field)
        let error = ServiceError.notFound(FieldProblem(input, "not there", kind: .notFound))
        #expect(error.sentenceOfFields == "\(field): not there")
        #expect(error.sentence == "\(role.rawValue): not there")
    }

    @Test func whatNoRequestNamesHasNoField() {
        let problem = FieldProblem(.place(.sharedFolder, .local), "away", kind: .path)
        #expect(ServiceError.invalid([problem]).sentenceOfFields == "away")
        #expect(ServiceError.invalid([problem]).sentence == "shared folder: away")
    }

    @Test func everyKindHasAWordOfItsOwn() {
        let words = ProblemKind.allCases.map(\.type)
        #expect(Set(words).count == words.count)
        #expect(ProblemKind.missing.type == "value_error.missing")
        #expect(ProblemKind.unmet.type == "failed_precondition")
    }
}
