// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
internal import Foundation
internal import LoanService

extension RecordPlace {
    /// The record in a folder, or in the bucket of `s3://BUCKET/PREFIX`.
    /// - Throws: `CommandFailure` where there is none.
    static func named(_ text: String) throws -> RecordPlace {
        if let location = StorageLocation(address: text) {
            do {
                return RecordPlace(store: try LoanService.forCommand().recordStore(location))
            } catch let error as ServiceError {
                throw CommandFailure.usage("\(text): \(error.reason)")
            }
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: text, isDirectory: &isFolder),
            isFolder.boolValue
        else {
            throw CommandFailure.failed(
                "\(text) is no folder; name the folder of a record, or s3://BUCKET/PREFIX"
            )
        }
        return RecordPlace(folder: text)
    }
}
