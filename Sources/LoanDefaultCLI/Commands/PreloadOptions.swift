// SPDX-License-Identifier: Apache-2.0

internal import Access
internal import ArgumentParser
internal import LoanServer
internal import LoanService

/// The option of `serve` about models that are served from the start.
struct PreloadOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A model to serve from the start under its name, for RPC and Open Inference: the \
            folders of model and preprocessor, each a path or s3://BUCKET/PREFIX; or the file of \
            a model that has no preprocessor, or a folder with one such model. May be repeated; \
            several in one word have blanks between them. /readyz waits for it.
            """,
            valueName: "name=model-folder,preprocessor-folder or name=model-file"
        )
    )
    var model: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            Folder whose models are served as they come and go: files of XGBoost, models that \
            were trained here, and folders with one of these each; a path or s3://BUCKET/PREFIX.
            """
        )
    )
    var modelFolder: String?

    @Option(
        help: ArgumentHelp(
            """
            Which iterations of the models of --model and --model-folder count: best (up to the \
            best one where the model names it), all, or FIRST-END, without END.
            """
        )
    )
    var iterations = "best"

    /// - Throws: `ConfigurationError` naming the option.
    func configuration() throws -> [PreloadedModel] {
        try PreloadedModel.list(model, iterations: chosenIterations())
    }

    /// - Throws: `ConfigurationError` naming the option.
    func chosenIterations() throws -> ModelIterations { try ModelIterations(option: iterations) }

    /// The folder whose models are served: in a container of SageMaker all that it unpacks, unless
    /// models are named.
    func folder(in hosting: SageMakerHosting?) -> String? {
        modelFolder ?? root(in: hosting).map { _ in "." }
    }

    /// The storage root of a container of SageMaker for which no models are named. An image may set
    /// another one, which holds for its other uses.
    func root(in hosting: SageMakerHosting?) -> String? {
        model.isEmpty && modelFolder == nil ? hosting?.modelFolder : nil
    }
}
