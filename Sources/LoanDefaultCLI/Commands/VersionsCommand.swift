// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanService

/// `loan-default versions`.
struct VersionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "versions",
        abstract: "List the stored generations of a model, newest first.",
        usage: "loan-default versions [<options>] --model-name <model-name>",
        discussion: """
            Every training stores a generation; the last five are kept. NAME@GENERATION
            names one of them wherever a model is named.

            Example:
              loan-default versions --local-model-path storage/models \\
                  --model-name model.joblib
            """
    )

    @OptionGroup var model: ModelOptions

    @Option(help: "Name of the model, or NAME@GENERATION for that one alone.")
    var modelName: String

    @OptionGroup var work: WorkOptions

    func run() async throws {
        let folder = try model.folder(work)
        let versions = try await work.run { service throws(ServiceError) in
            try await service.versions(of: modelName, in: folder)
        }
        for version in versions {
            print(version.generation + (version.isCurrent ? " current" : ""))
        }
    }
}

/// `loan-default rollback`.
struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Make an earlier generation of a model the current one.",
        usage: "loan-default rollback [<options>] --model-name <model-name>",
        discussion: """
            The model comes back with the preprocessor it was trained with. Servers take it
            up when they next look at storage, or at once when asked to load it.

            Examples:
              loan-default rollback --local-model-path storage/models \\
                  --model-name model.joblib
              loan-default rollback --backend s3 --bucket loan-default --model-key model \\
                  --model-name model.joblib --generation 20261124T005500Z-1f2e3d4c
              loan-default rollback --local-model-path storage/models \\
                  --model-name model.joblib@20261124T005500Z-1f2e3d4c
            """
    )

    @OptionGroup var model: ModelOptions

    @Option(help: "Name of the model, or NAME@GENERATION for the generation to go back to.")
    var modelName: String

    @Option(help: "The generation to go back to (default: the one before the current one).")
    var generation: String?

    @OptionGroup var work: WorkOptions

    func run() async throws {
        let folder = try model.folder(work)
        let result = try await work.run { service throws(ServiceError) in
            try await service.rollBack(modelName, in: folder, to: generation)
        }
        Terminal.warn(result.warnings)
        print("\(modelName.prefix { $0 != "@" }) is \(result.generation) now")
    }
}
