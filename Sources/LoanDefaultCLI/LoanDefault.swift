// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Foundation
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

            Every option can also be set by environment: --http-port by LOAN_DEFAULT_HTTP_PORT.
            Exit codes: 0 done, 1 the work failed, 2 wrong usage or configuration.
            """,
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, DataCommand.self, TrainCommand.self, PredictCommand.self,
            VersionsCommand.self, RollbackCommand.self, SampleDataCommand.self, InspectCommand.self,
            LoadCommand.self,
        ]
    )

    static func main() async {
        // SwiftNIO counts the machine's processors; this process may have fewer.
        NIOSingletons.groupLoopCountSuggestion = ThreadBudget.available()
        let completed = EnvironmentArguments(ProcessInfo.processInfo.environment)
            .completing(Array(CommandLine.arguments.dropFirst()), for: Self.self)
        do {
            var command = try parseAsRoot(completed)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            Terminal.error("loan-default: \(failure.message)")
            Foundation.exit(failure.code)
        } catch {
            leave(with: error)
        }
    }

    /// Prints help to standard output or a usage error to standard error, and exits.
    private static func leave(with error: any Error) -> Never {
        if exitCode(for: error).isSuccess { exit(withError: error) }
        let first = message(for: error).split(separator: "\n").first ?? "wrong usage"
        Terminal.error("loan-default: \(first) (--help tells more)")
        Foundation.exit(CommandFailure.usageCode)
    }
}
