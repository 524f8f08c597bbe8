// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanService

/// `loan-default card`.
struct CardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "card",
        abstract: "Show what is known of a model, for those who must judge it.",
        usage: "loan-default card [<options>] --model-name <model-name>",
        discussion: """
            Every training of a classifier stores a card with its model: data, parameters,
            figures with intervals, directions that are proven, groups compared, limits of
            use. It is made of what the training computed.

            Examples:
              loan-default card --local-model-path storage/models \\
                  --model-name model.joblib --markdown
              loan-default card --backend s3 --bucket loan-default --model-key model \\
                  --model-name model.joblib@20261124T005500Z-1f2e3d4c
            """
    )

    @OptionGroup var model: ModelOptions

    @Option(help: "Name of the model, or NAME@GENERATION for that one.")
    var modelName: String

    @Flag(help: "As a page for people, in Markdown (default: JSON).")
    var markdown = false

    @OptionGroup var work: WorkOptions

    func run() async throws {
        let folder = try model.folder(work)
        let card = try await work.run { service throws(ServiceError) in
            try await service.card(of: modelName, in: folder)
        }
        print(markdown ? card.markdown : String(decoding: card.text, as: UTF8.self), terminator: "")
    }
}
