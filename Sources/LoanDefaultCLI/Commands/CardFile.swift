// SPDX-License-Identifier: Apache-2.0

internal import LoanService

/// The texts of a card by the path of their document.
enum CardFile {
    static func read(_ path: String) throws -> CardFields {
        do {
            return try CardFields.read(
                try InputFile.contents(of: path, bytesMax: CardFields.documentBytesMax)
            )
        } catch let error as InputFileError {
            throw CommandFailure.failed("\(error)")
        } catch let error as ModelCardError {
            throw CommandFailure.failed("\(path): \(error)")
        }
    }
}
