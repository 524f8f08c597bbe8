// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanModel
internal import LoanService

/// What the columns of a table are, and how it is written.
struct TableOptions: ParsableArguments {
    @Option(help: "A schema of the table: schema.json, or s3://BUCKET/KEY.")
    var schema: String?

    @Option(
        help: """
            The label by which the table shows its schema: COLUMN, or COLUMN=VALUE where VALUE \
            stands for a default.
            """
    )
    var label: String?

    @Flag(help: "Numbers have a decimal comma; another separator is between the fields.")
    var decimalComma = false

    /// Commas, semicolons and tabs are told apart by the header.
    var dialect: CSVDialect { CSVDialect(hasDecimalComma: decimalComma) }

    /// What is said of the columns.
    func columns() throws -> DataSchema {
        guard let path = schema else {
            guard let label else { return .documented }
            return .inferred(try Self.choice(label))
        }
        guard label == nil else {
            throw CommandFailure.usage("--label and --schema: a schema has a label of its own")
        }
        do {
            let bytes = try InputFile.contents(of: path, bytesMax: SchemaDocument.lengthMax)
            return .given(try SchemaDocument.read(bytes))
        } catch let error as InputFileError {
            throw CommandFailure.failed("\(error)")
        } catch let error as SchemaDocumentError {
            throw CommandFailure.failed("\(path): \(error)")
        }
    }

    /// Reads the text of `--label`.
    static func choice(_ text: String) throws -> LabelChoice {
        guard let choice = LabelChoice(text) else {
            throw CommandFailure.usage("--label: '\(text)' is neither COLUMN nor COLUMN=VALUE")
        }
        return choice
    }
}
