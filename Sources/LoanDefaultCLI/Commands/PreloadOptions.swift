// SPDX-License-Identifier: Apache-2.0

internal import Access
internal import ArgumentParser
internal import LoanServer

/// The option of `serve` about models that are served from the start.
struct PreloadOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A model to serve from the start under its name, for RPC and Open Inference: the \
            folders of model and preprocessor, each a path or s3://BUCKET/PREFIX. May be \
            repeated; several in one word have blanks between them. /readyz waits for it.
            """,
            valueName: "name=model-folder,preprocessor-folder"
        )
    )
    var model: [String] = []

    /// - Throws: `ConfigurationError` naming the option.
    func configuration() throws -> [PreloadedModel] { try PreloadedModel.list(model) }
}
