// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanModel
internal import LoanServer
internal import LoanService
internal import ModelValidation

/// `loan-default data`.
struct DataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Prepare applications for training: split, expand, fit, transform.",
        usage: "loan-default data [<options>]",
        discussion: """
            Writes the train and test matrices, their labels and preprocessor.sav. The
            applications of the table are divided before they are expanded, so that a model
            is measured on applications that training saw no copy of.

            Examples:
              loan-default data --local-path applications.csv --target-path storage/data
              loan-default data --local-path applications.csv --target-path storage/data \\
                  --size 400000
              loan-default data --local-path applications.csv --target-path storage/data \\
                  --format csv --seed 7
              loan-default data --local-path german_credit.csv --target-path storage/data \\
                  --label creditability=bad
              loan-default data --local-path german_credit.csv --target-path storage/data \\
                  --schema schema.json
              loan-default data --local-path loans.csv --target-path storage/data \\
                  --label outcome=bad --split time --time applied_on \\
                  --calibration-share 0.15 --protected sex
              loan-default data --backend s3 --bucket loan-default \\
                  --key data/credit_risk_dataset.csv --size 400000
            """
    )

    @OptionGroup var place: PlaceOptions

    @Option(help: "The raw CSV.")
    var localPath: String?

    @Option(help: "Folder for the prepared files.")
    var targetPath: String?

    @Option(help: "With s3: the key of the raw CSV; the prepared files go into its folder.")
    var key: String?

    @Option(
        help: """
            Rows to expand to, as copies with noise (default, and where the table has as many: the \
            table as it is).
            """
    )
    var size: Int?

    @Option(help: "Seed of split and expansion (default: drawn, and printed).")
    var seed: UInt64?

    @Option(help: "Format of the matrices: npy or csv.")
    var format = "npy"

    @OptionGroup var table: TableOptions

    @OptionGroup var split: SplitOptions

    @OptionGroup var columns: MarkedColumnOptions

    @OptionGroup var work: WorkOptions

    private func source() throws -> StorageLocation {
        try place.location(local: localPath, .localPath, s3: key, .key, work)
    }

    private func target() throws -> StorageLocation {
        let location = try place.location(local: targetPath, .targetPath, s3: key, .key, work)
        guard case .s3(let bucket, let key) = location else { return location }
        return .folder(ofKey: key, in: bucket)
    }

    func run() async throws {
        guard let format = MatrixFormat(rawValue: format) else {
            throw CommandFailure.usage("--format: '\(format)' is neither npy nor csv")
        }
        let size = size ?? 1
        guard DataRequest.sizeRange.contains(size) else {
            let range = DataRequest.sizeRange
            throw CommandFailure.usage(
                "--size is \(size); it must lie from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        let request = DataRequest(
            source: try source(),
            target: try target(),
            size: size,
            seed: seed,
            format: format,
            schema: try table.columns(),
            dialect: table.dialect,
            division: try split.division(),
            columns: columns.columns
        )
        let line = ProgressLine()
        let result = try await work.run { service throws(ServiceError) in
            try await service.prepareData(request) { progress in
                line.show(progress.stage.title, share: progress.share)
                return true
            }
        }
        Terminal.warn(result.warnings)
        print(Self.report(result))
    }

    /// How the table was prepared, and which rows a model will be measured on.
    private static func report(_ result: DataResult) -> String {
        if let facts = result.facts { return report(result, facts) }
        let rows = result.trainRows + result.testRows
        let trainedOn = result.sourceRows - result.unseenTestRows
        let repeated = result.repeatedSourceRows
        return [
            "prepared \(result.trainRows) rows for training and \(result.testRows) for testing, "
                + "\(result.featureCount) columns, seed \(result.seed), "
                + "in \(result.duration.brief)",
            rows == result.sourceRows
                ? "the table's \(rows) rows as they are"
                : "\(rows) rows expanded from the table's \(result.sourceRows)",
            "split by application: \(trainedOn) rows of the table are trained on, "
                + "\(result.unseenTestRows) are held out to measure the model on",
            repeated == 0
                ? "no application is in the table more than once"
                : "\(repeated) rows repeat an earlier one and are on the same side as that",
        ].joined(separator: "\n")
    }

    /// The same where the parts were asked for.
    private static func report(_ result: DataResult, _ facts: DataFacts) -> String {
        let by = facts.column.map { "\(facts.division.rule.rawValue) (\($0))" }
        let parts = facts.parts.map { part in
            let expanded =
                part.rowCount == part.sourceRowCount ? "" : ", expanded to \(part.rowCount)"
            let times = part.times.map { ", from \($0.first) to \($0.last)" } ?? ""
            return "  \(part.part.rawValue): \(part.sourceRowCount) rows\(times)\(expanded)"
        }
        let lines = [
            "prepared \(result.sourceRows) rows, \(result.featureCount) columns, "
                + "seed \(result.seed), in \(result.duration.brief)",
            "split by \(by ?? "rows"):",
        ]
        return (lines + parts).joined(separator: "\n")
    }
}
