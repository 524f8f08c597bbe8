// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanService

/// The options of `serve` about storage: what requests may reach, how much disk they may take, and
/// how models are kept in memory.
struct StorageOptions: ParsableArguments {
    @Option(help: "Buckets that requests may name, separated by commas (default: any).")
    var buckets: String?

    @Option(help: "Seconds between looks at storage for newer models, a tenth more or less.")
    var revalidationSeconds = 10.0

    @Option(help: "Models in memory at most (1 to 256).")
    var modelsMax = ModelRepositoryConfiguration().countMax

    @Option(help: "MiB of compiled models in memory at most (1 to 1,048,576).")
    var modelMemoryMax = ModelRepositoryConfiguration().bytesMax >> 20

    @Option(help: "MiB of temporary files of a data preparation at most (1 to 1,048,576).")
    var scratchMax = 6_144

    /// What becomes of rows whose categories a model does not know.
    enum UnknownCategories: String, ExpressibleByArgument, CaseIterable {
        case score
        case refuse
    }

    @Option(
        help: ArgumentHelp(
            """
            What becomes of rows with a category that the model does not know: score, as none of \
            its categories, or refuse.
            """
        )
    )
    var unknownCategories = UnknownCategories.score

    @Flag(
        help: """
            Make what reasons read when a model is loaded, so that the first call for them takes \
            no longer than others.
            """
    )
    var reasonsReady = false

    /// The configuration, checked.
    func configuration() throws -> StorageConfiguration {
        var configuration = StorageConfiguration()
        if let buckets {
            let names = buckets.split(separator: ",").map(String.init)
            if let wrong = names.first(where: { !StorageConfiguration.isBucketName($0) }) {
                throw CommandFailure.usage("--buckets: '\(wrong)' is no name of a bucket")
            }
            guard !names.isEmpty else {
                throw CommandFailure.usage("--buckets: names at least one bucket")
            }
            configuration.buckets = Set(names)
        }
        guard (0.1...86_400).contains(revalidationSeconds) else {
            throw CommandFailure.usage(
                "--revalidation-seconds is \(revalidationSeconds); "
                    + "it must lie from 0.1 to 86400"
            )
        }
        configuration.models.refusesUnknownCategories = unknownCategories == .refuse
        configuration.models.makesReasonTables = reasonsReady
        configuration.models.revalidationInterval = .seconds(revalidationSeconds)
        try Self.require("models-max", modelsMax, 1...256)
        configuration.models.countMax = modelsMax
        try Self.require("model-memory-max", modelMemoryMax, 1...1_048_576)
        configuration.models.bytesMax = modelMemoryMax << 20
        try Self.require("scratch-max", scratchMax, 1...1_048_576)
        configuration.scratchBytesMax = scratchMax << 20
        return configuration
    }

    private static func require(_ option: String, _ value: Int, _ range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
            throw CommandFailure.usage(
                "--\(option) is \(value); it must lie from \(range.lowerBound) "
                    + "to \(range.upperBound)"
            )
        }
    }
}
