// SPDX-License-Identifier: Apache-2.0

internal import LoanService

/// `POST /data`: prepares a table of applications for training.
struct DataRoute {
    let service: LoanService

    func respond(_ body: JSONValue) async throws(ServiceError) -> JSONValue {
        var reader = try FieldReader(body)
        let request = DataRequest(&reader)
        try reader.finish()
        _ = try await service.prepareData(request)
        return .members(["message": .string("Data successfully processed and saved")])
    }
}
