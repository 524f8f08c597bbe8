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
        let served: ServedModel
        if let model { served = try file(model, work) } else { served = try await named(work) }
        do throws(ServedModel.Undecidable) {
            try served.checkDecidable()
        } catch {
            throw CommandFailure.failed("\(modelName ?? model ?? ""): \(error)")
        }
        return served
    }

    private func named(_ work: WorkOptions) async throws -> ServedModel {
        let reference = ModelReference(
            model: try stored.folder(work),
            name: modelName ?? "",
            preprocessor: nil
        )
        return try await work.run { service throws(ServiceError) in
            try await service.model(reference)
        }
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
