// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Foundation
internal import LoanService
internal import LoanTraining
internal import NIOCore

/// The command line: `loan-default COMMAND`.
@main
struct LoanDefault: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loan-default",
        abstract: "Train an XGBoost model of loan default and serve it.",
        discussion: """
            From a table of applications to a served prediction:

              loan-default sample-data --output storage/applications.csv
              loan-default data --local-path storage/applications.csv \\
                  --target-path storage/data
              loan-default train --local-data-path storage/data \\
                  --local-model-path storage/models --model-name model.joblib
              loan-default serve --storage-root storage

            Every option can also be set by environment: --http-port is
            LOAN_DEFAULT_HTTP_PORT. A variable of that prefix that sets nothing is
            reported, and `serve` does not start with one.

            Exit codes: 0 done, 1 the work failed, 2 wrong usage or configuration.
            """,
        version: Product.version,
        subcommands: [
            ServeCommand.self, SchemaCommand.self, DataCommand.self, TrainCommand.self,
            PredictCommand.self,
            VersionsCommand.self, RollbackCommand.self, CompareCommand.self, PolicyCommand.self,
            CardCommand.self, AuditCommand.self, ReplayCommand.self,
            SampleDataCommand.self, InspectCommand.self, LoadCommand.self,
        ]
    )

    /// No command is wrong usage: a caller whose arguments were lost must not take help for
    /// success.
    mutating func run() async throws {
        throw CommandFailure.usage("no command is given\nUSAGE: \(Self.usageString())")
    }

    static func main() async {
        // SwiftNIO counts the machine's processors; this process may have fewer.
        NIOSingletons.groupLoopCountSuggestion = ThreadBudget.available()
        var completed = EnvironmentArguments.Completed(
            arguments: Array(CommandLine.arguments.dropFirst())
        )
        do {
            completed = try completing(completed.arguments)
            var command = try parseAsRoot(completed.arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            Terminal.error("loan-default: \(completed.naming(failure.message))")
            Foundation.exit(failure.code)
        } catch {
            leave(with: error, completed)
        }
    }

    /// The arguments with those of the environment. A variable that sets nothing is reported; a
    /// server does not start with one, since the setting that was meant may protect it.
    private static func completing(
        _ arguments: [String]
    ) throws(CommandFailure) -> EnvironmentArguments.Completed {
        // The parser would print the version of the program and do nothing else.
        if let first = arguments.first, !first.hasPrefix("-"),
            arguments.contains(where: { $0 == "--version" || $0.hasPrefix("--version=") })
        {
            throw .usage(
                "--version stands alone and prints the version of the program; "
                    + "see loan-default \(first) --help"
            )
        }
        let environment = EnvironmentArguments(
            environment: ProcessInfo.processInfo.environment,
            syntax: try CommandSyntax(of: Self.self)
        )
        if let command = environment.command(of: arguments) {
            let misspelt = environment.misspelt()
            if command == ServeCommand.configuration.commandName, !misspelt.isEmpty {
                throw .usage(misspelt.joined(separator: "; "))
            }
            for sentence in misspelt { Terminal.error("loan-default: \(sentence)") }
        }
        let completed = try environment.completing(arguments)
        for note in completed.notes { Terminal.error("loan-default: \(note)") }
        return completed
    }

    /// Prints help to standard output or a usage error to standard error, and exits.
    private static func leave(
        with error: any Error,
        _ completed: EnvironmentArguments.Completed
    ) -> Never {
        if exitCode(for: error).isSuccess { exit(withError: error) }
        let first = message(for: error).split(separator: "\n").first ?? "wrong usage"
        Terminal.error("loan-default: \(completed.naming(String(first))) (see --help)")
        Foundation.exit(CommandFailure.usageCode)
    }
}
