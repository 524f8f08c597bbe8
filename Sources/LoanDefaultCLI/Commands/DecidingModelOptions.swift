// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanService

/// A model whose probabilities a policy is about: by its name, or by its file.
struct DecidingModelOptions: ParsableArguments {
    @OptionGroup var stored: ModelOptions

    @Option(help: "Name of the model, or NAME@GENERATION.")
    var modelName: String?

    @Option(help: "The file of a model that has no preprocessor.")
    var model: String?

    var isNamed: Bool { modelName != nil || model != nil }

    /// The model in memory.
    func served(_ work: WorkOptions) async throws -> ServedModel {
        guard (modelName == nil) != (model == nil) else {
            throw CommandFailure.usage(
                "give --model-name and where the model lies, or --model"
            )
        }
        guard let model else { return try await stored.deciding(modelName ?? "", work) }
        let served = try file(model, work)
        try served.requireDecidable(as: model)
        return served
    }

    private func file(_ path: String, _ work: WorkOptions) throws -> ServedModel {
        do {
            let bytes = try InputFile.contents(of: path, bytesMax: StoredFile.bytesMax)
            return try ServedModel(file: bytes, threadCount: work.threads)
        } catch let error as InputFileError {
            throw CommandFailure.failed("\(error)")
        } catch let error as ServedModel.FileFailure {
            throw CommandFailure.failed("\(path): \(error)")
        }
    }
}

extension ModelOptions {
    /// A stored model in memory, whose probabilities policies are about.
    /// - Parameter name: `NAME`, or `NAME@GENERATION`.
    func deciding(_ name: String, _ work: WorkOptions) async throws -> ServedModel {
        let reference = ModelReference(model: try folder(work), name: name, preprocessor: nil)
        let served = try await work.run { service throws(ServiceError) in
            try await service.model(reference)
        }
        try served.requireDecidable(as: name)
        return served
    }
}

extension ServedModel {
    /// Ends the command where nothing is decided of the predictions.
    fileprivate func requireDecidable(as name: String) throws {
        do throws(Undecidable) {
            try checkDecidable()
        } catch {
            throw CommandFailure.failed("\(name): \(error)")
        }
    }
}
