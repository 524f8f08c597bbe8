// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanModel
internal import LoanService

/// `loan-default policy`.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Check, store and show what is made of the probabilities of a model.",
        discussion: """
            A policy is a JSON document: points, bands, cut-offs for decisions, and rules
            that decide by a record alone. It is stored with a model, as a generation.
            """,
        subcommands: [
            PolicyCheckCommand.self, PolicySetCommand.self, PolicyShowCommand.self,
        ]
    )
}

/// `loan-default policy set`.
struct PolicySetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Store a model again with another policy, as a new generation.",
        usage: "loan-default policy set [<options>] <policy> --model-name <model-name>",
        discussion: """
            Servers take it up when they next look at storage, or at once when asked to
            load the model; rollback takes it back. The policy of a model that another
            tool stored is the file NAME.policy.json next to it.

            Examples:
              loan-default policy set policy.json --local-model-path storage/models \\
                  --model-name model.joblib
              loan-default policy set --standard --local-model-path storage/models \\
                  --model-name model.joblib
            """
    )

    @Argument(help: "The policy, s3://BUCKET/KEY, or - for standard input.")
    var policy: String?

    @Flag(help: "Take the policy of the model away: the standard one counts.")
    var standard = false

    @OptionGroup var model: ModelOptions

    @Option(help: "Name of the model.")
    var modelName: String

    @OptionGroup var work: WorkOptions

    func run() async throws {
        guard (policy == nil) == standard else {
            throw CommandFailure.usage("give a policy, or --standard to take one away")
        }
        let policy = try policy.map { try PolicyFile.read($0) }
        let folder = try model.folder(work)
        let result = try await work.run { service throws(ServiceError) in
            try await service.setPolicy(policy, of: modelName, in: folder)
        }
        Terminal.warn(result.warnings)
        let digest = PolicyDocument.digest(of: policy ?? .standard)
        print("\(modelName) is \(result.generation) now, with the policy \(digest)")
    }
}

/// `loan-default policy show`.
struct PolicyShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print the policy of a model, or the standard one, as a document.",
        usage: "loan-default policy show [<options>]",
        discussion: """
            Examples:
              loan-default policy show > policy.json
              loan-default policy show --local-model-path storage/models \\
                  --model-name model.joblib --with-reasons
            """
    )

    @OptionGroup var model: DecidingModelOptions

    @Flag(help: "With a text for each reason, to begin a catalogue of your own.")
    var withReasons = false

    @OptionGroup var work: WorkOptions

    func run() async throws {
        guard model.isNamed else {
            guard !withReasons else {
                throw CommandFailure.usage(
                    "--with-reasons is about the features of a model: name one"
                )
            }
            return Self.show(.standard)
        }
        let served = try await model.served(work)
        let policy = served.policy.bound.policy
        Self.show(withReasons ? policy.with(reasons: ReasonCatalogue(served).texts) : policy)
    }

    private static func show(_ policy: Policy) {
        print(String(decoding: PolicyDocument.text(policy), as: UTF8.self), terminator: "")
    }
}
