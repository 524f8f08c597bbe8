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
            Reads models in the inference format, XGBoost's JSON and UBJSON, policies, and
            preprocessor.sav, whose schema it shows as the JSON that data takes.

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
            for line in try StoredFile.describe(bytes) + schema(of: bytes) { print(line) }
            if let note = note(on: bytes) { print(note) }
        } catch let error as InputFileError {
            throw CommandFailure.failed("\(error)")
        } catch let error as StoredFile.Unreadable {
            throw CommandFailure.failed("\(file): \(error)")
        }
    }

    /// The schema of the preprocessor that lies next to a model under the model's name.
    private func schema(of bytes: [UInt8]) -> [String] {
        let path = StoredFile.fittedName(ofModel: file)
        guard let fitted = try? InputFile.contents(of: path, bytesMax: StoredFile.bytesMax) else {
            return []
        }
        return StoredFile.schema(ofModel: bytes, fitted: fitted) ?? []
    }

    /// How the file differs from what its name stands for here; nil where it does not.
    private func note(on bytes: [UInt8]) -> String? {
        do {
            return try LoanService.forCommand().objects.difference(of: bytes, at: location)
        } catch let error as ServiceError {
            return "the file is not compared with what is stored here: \(error.reason)"
        } catch {
            return "the file is not compared with what is stored here: \(error)"
        }
    }

    /// Where the file lies, with the links of its folder followed.
    private var location: StorageLocation {
        if let location = StorageLocation(address: file) { return location }
        let url = URL(fileURLWithPath: file)
        let folder = url.deletingLastPathComponent().resolvingSymlinksInPath()
        let path = folder.appendingPathComponent(url.lastPathComponent).path
        return .local(path: path)
    }
}
