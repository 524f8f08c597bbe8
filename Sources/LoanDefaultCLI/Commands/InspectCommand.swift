// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Foundation
internal import LoanService

/// `loan-default inspect`.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a model or preprocessor file holds.",
        discussion: """
            Reads models in the inference format, XGBoost's JSON and UBJSON, and
            preprocessor.sav.

            Examples:
              loan-default inspect storage/models/model.joblib
              loan-default inspect storage/data/preprocessor.sav
              loan-default inspect s3://loan-default/model/model.joblib
            """
    )

    @Argument(help: "The file, or s3://BUCKET/KEY.")
    var file: String

    func run() throws {
        do {
            let bytes = try InputFile.contents(of: file, bytesMax: StoredFile.bytesMax)
            for line in try StoredFile.describe(bytes) { print(line) }
        } catch let error as InputFileError {
            throw CommandFailure.failed("\(error)")
        } catch let error as StoredFile.Unreadable {
            throw CommandFailure.failed("\(file): \(error)")
        }
    }
}
