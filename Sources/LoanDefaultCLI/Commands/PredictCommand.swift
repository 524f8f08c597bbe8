// SPDX-License-Identifier: Apache-2.0

internal import Access
internal import ArgumentParser
internal import Foundation
internal import JSON
internal import LoanModel
internal import LoanServer
internal import LoanService

/// `loan-default predict`.
struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Score applications from a CSV or JSON file, or a prepared matrix.",
        discussion: """
            A CSV file of any size is streamed; the answer has one line per row: the label
            and the probability of default, or what else the model predicts. JSON is a list
            of records, or the body of POST /predict; the answer is that of the server.

            Examples:
              loan-default predict --input applications.csv --output scores.csv \\
                  --local-model-path storage/models --model-name model.joblib \\
                  --preprocessor-path storage/data
              head -100 applications.csv | loan-default predict --input - --output - \\
                  --local-model-path storage/models --model-name model.joblib \\
                  --preprocessor-path storage/data

            Model, applications and scores may lie in S3:
              loan-default predict --input s3://loan-default/data/new.csv \\
                  --output s3://loan-default/scores/new.csv --backend s3 \\
                  --bucket loan-default --model-key model --model-name model.joblib \\
                  --data-key data

            With --model, any supported XGBoost model (JSON or UBJSON) scores records of
            its own columns, or with --matrix a float32 .npy matrix, as it is:
              loan-default predict --model mine.json --input new.csv --output scores.csv
              loan-default predict --model mine.json --matrix X.npy --margin --output y.npy

            Why each row has its score: the features that raise it the most, as columns,
            and what each feature adds to the margin, as a matrix with the base as its
            last column:
              loan-default predict --model mine.json --input new.csv --output scores.csv \\
                  --reasons 4 --contributions contributions.npy
            """
    )

    /// The format of the input.
    enum InputFormat: String, ExpressibleByArgument, CaseIterable {
        case csv
        case json
    }

    @OptionGroup var stored: ModelOptions

    @Option(
        help: """
            Applications: a .csv (also .gz, .zst) or .json file, s3://BUCKET/KEY, or - for \
            standard input.
            """
    )
    var input: String?

    @Option(help: "Format of the input (default: by its ending; standard input is CSV).")
    var inputFormat: InputFormat?

    @Flag(help: "Numbers of a CSV have a decimal comma; another separator is between the fields.")
    var decimalComma = false

    @Option(help: "File for the scores, s3://BUCKET/KEY, or - for standard output.")
    var output: String

    @Option(help: "Name of the model, or NAME@GENERATION.")
    var modelName: String?

    @Option(help: "Folder of preprocessor.sav, for a model stored without its own.")
    var preprocessorPath: String?

    @Option(help: "With s3: the key of that folder.")
    var dataKey: String?

    @Option(help: "The file of a model that has no preprocessor.")
    var model: String?

    @Option(help: "A prepared matrix (.npy), read as float32.")
    var matrix: String?

    @Option(
        help: """
            Which iterations of a model in XGBoost's own format count: best (up to the best one \
            where the model names it), all, or FIRST-END, without END.
            """
    )
    var iterations = "best"

    @Option(help: "Add the features that raise each score, this many at most.")
    var reasons: Int?

    @Option(help: "A file (.npy) for what each feature adds to the margins, the base value last.")
    var contributions: String?

    @Option(
        help: """
            With --reasons or --contributions: a JSON file with the record that these start \
            from, instead of the mean over the training.
            """
    )
    var baseline: String?

    @Flag(help: "Add points, band, decision and rules by the policy of the model.")
    var decisions = false

    @Flag(help: "With JSON: say with which changes a record would be approved.")
    var changes = false

    @Flag(help: "With --matrix: write margins instead of predictions.")
    var margin = false

    @Option(help: "With --matrix: the kernel to use (\(Self.kernelNames)).")
    var kernel: String?

    @OptionGroup var work: WorkOptions

    private static let kernelNames = MatrixScoring.kernelNames.joined(separator: ", ")

    func run() async throws {
        do {
            if let model, let matrix {
                guard !decisions, !changes else {
                    let flag = decisions ? "--decisions" : "--changes"
                    throw CommandFailure.usage("\(flag) goes with --input, not with --matrix")
                }
                try scoreMatrix(model, matrix)
            } else {
                try await scoreApplications()
            }
        } catch let error as ConfigurationError {
            throw CommandFailure.usage("\(error)")
        } catch let error as OutputFileError {
            throw CommandFailure.failed("\(error)")
        } catch let error as InputFileError {
            throw CommandFailure.failed("\(error)")
        } catch let error as CSVError {
            throw CommandFailure.failed("\(input ?? ""): \(error.description)")
        } catch let error as JSONError {
            throw CommandFailure.failed("\(input ?? ""): \(error)")
        } catch let error as NPYError {
            throw CommandFailure.failed("\(matrix ?? ""): \(error)")
        } catch let error as MatrixScoring.Failure {
            throw CommandFailure.failed("\(model ?? ""): \(error)")
        } catch let error as ServedModel.FileFailure {
            throw CommandFailure.failed("\(model ?? ""): \(error)")
        } catch let error as ServiceError {
            throw CommandFailure(error)
        }
    }

    /// Rows that are scored or written at once.
    static let batchRows = 8192

    private func scoreApplications() async throws {
        guard let input, (modelName == nil) != (model == nil) else {
            throw CommandFailure.usage(
                "give --input, and --model-name and where the model lies, or --model; or --model "
                    + "and --matrix"
            )
        }
        let reasons = try checkedReasons()
        let baseline = try baselineRecord()
        let reference = model == nil ? try reference() : nil
        let target = try OutputFile(output)
        let model = try await servedModel(reference)
        if decisions { try Self.checkDecidable(model) }
        let format = inputFormat ?? (input.hasSuffix(".json") ? .json : .csv)
        if changes {
            try Self.checkChangeable(model)
            guard format == .json else {
                throw CommandFailure.usage("--changes goes with records in JSON")
            }
        }
        switch format {
        case .csv: try scoreTable(InputFile(input), target, model, reasons, baseline)
        case .json:
            guard contributions == nil else {
                throw CommandFailure.usage("--contributions goes with a table or a --matrix")
            }
            let bytes = try InputFile.contents(of: input, bytesMax: Self.jsonBytesMax)
            let answer = try PredictRoute.answer(
                json: bytes,
                model: model,
                decides: decisions,
                reasons: reasons.map { ReasonRequest(count: $0, baseline: baseline?.record) },
                changes: changes
            )
            try target.write(answer + [UInt8(ascii: "\n")])
        }
        try target.finish()
    }

    private func reference() throws -> ModelReference {
        let namesPreprocessor = preprocessorPath != nil || dataKey != nil
        return ModelReference(
            model: try stored.folder(work),
            name: modelName ?? "",
            preprocessor: namesPreprocessor
                ? try stored.place.location(
                    local: preprocessorPath,
                    .preprocessorPath,
                    s3: dataKey,
                    .dataKey,
                    work
                ) : nil,
            iterations: try ModelIterations(option: iterations)
        )
    }

    /// The model of a reference, or else of the file.
    private func servedModel(_ reference: ModelReference?) async throws -> ServedModel {
        if let reference {
            return try await work.run { service throws(ServiceError) in
                try await service.model(reference)
            }
        }
        let bytes = try InputFile.contents(of: model ?? "", bytesMax: StoredFile.bytesMax)
        let served = try ServedModel(
            file: bytes,
            iterations: ModelIterations(option: iterations),
            threadCount: work.threads
        )
        if let iterations = served.iterations { Terminal.error("\(model ?? ""): \(iterations)") }
        return served
    }

    private func scoreTable(
        _ source: InputFile,
        _ target: OutputFile,
        _ model: ServedModel,
        _ reasons: Int?,
        _ baseline: BaselineRecord?
    ) throws {
        let line = ProgressLine()
        let matrix = try contributions.map { try OutputFile($0) }
        var columns = try ReasonColumns(
            model,
            reasons: reasons,
            keepsContributions: matrix != nil,
            baseline: baseline
        )
        var reader = model.tableReader(dialect: CSVDialect(hasDecimalComma: decimalComma))
        let table = PredictionTable(model, decides: decisions)
        try target.write(columns.header(table.header))
        try source.forEachPiece { bytesRead in
            if let size = source.size {
                line.show("scoring", share: Double(bytesRead) / Double(max(1, size)))
            }
        } _: { piece in
            try reader.append(piece)
            if reader.rowCount >= Self.batchRows {
                let rows = reader.takeApplications()
                try target.write(columns.lines(table.lines(rows), of: rows))
            }
        }
        let rows = try reader.finishApplications()
        try target.write(columns.lines(table.lines(rows), of: rows))
        try matrix?.write(
            matrix: columns.contributions,
            rows: columns.rowCount,
            columns: columns.contributionsPerRow
        )
    }

    private static func checkDecidable(_ model: ServedModel) throws {
        do throws(ServedModel.Undecidable) {
            try model.checkDecidable()
        } catch {
            throw CommandFailure.usage("--decisions: \(error)")
        }
    }

    private static func checkChangeable(_ model: ServedModel) throws {
        do throws(ServedModel.Undecidable) {
            try model.checkChangeable()
        } catch {
            throw CommandFailure.usage("--changes: \(error)")
        }
    }

    /// Bytes of a JSON file, which is read as a whole.
    private static let jsonBytesMax = 64 << 20
}
