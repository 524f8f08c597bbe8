// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Foundation

/// The commands and their options, as ArgumentParser itself describes them.
struct CommandSyntax {
    /// One option of a command.
    struct Option {
        /// Its long names without dashes; several are names of one setting.
        let names: [String]
        let isFlag: Bool
    }

    /// The options of each command, by the command's name; of a command of another one, by both:
    /// `policy check`.
    let options: [String: [Option]]

    /// - Throws: `CommandFailure` when ArgumentParser's description is not understood.
    init(of root: any ParsableCommand.Type) throws(CommandFailure) {
        do {
            let text = Self.description(of: root)
            let tree = try JSONDecoder().decode(Description.self, from: Data(text.utf8))
            let commands = tree.command.subcommands ?? []
            options = Dictionary(
                commands.flatMap { command in
                    let inner = command.subcommands ?? []
                    return [(command.commandName, command.options)]
                        + inner.map { ("\(command.commandName) \($0.commandName)", $0.options) }
                },
                uniquingKeysWith: { first, _ in first }
            )
        } catch {
            // Decoding fails only where the argument parser was changed.
            throw .failed("the options of the commands cannot be listed")
        }
    }

    /// The names of all options of all commands.
    var names: Set<String> { Set(options.values.joined().flatMap(\.names)) }

    /// What `--experimental-dump-help` prints: JSON.
    private static func description(of root: any ParsableCommand.Type) -> String {
        do {
            _ = try root.parseAsRoot(["--experimental-dump-help"])
            return ""
        } catch {
            return root.fullMessage(for: error)
        }
    }

    /// The part of ArgumentParser's description that is of use here.
    private struct Description: Decodable {
        let command: Command

        struct Command: Decodable {
            let commandName: String
            let subcommands: [Command]?
            let arguments: [Argument]?

            var options: [Option] {
                (arguments ?? []).compactMap { argument in
                    let long = (argument.names ?? []).filter { $0.kind == "long" }.map(\.name)
                    let isOwn = !long.isEmpty && !["help", "version"].contains(long[0])
                    return isOwn ? Option(names: long, isFlag: argument.kind == "flag") : nil
                }
            }
        }

        struct Argument: Decodable {
            let kind: String
            let names: [Name]?
        }

        struct Name: Decodable {
            let kind: String
            let name: String
        }
    }
}
