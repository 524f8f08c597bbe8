// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// Fills options that the command line leaves out from the environment: `--http-port` is
/// `LOAN_DEFAULT_HTTP_PORT`. The command line wins.
struct EnvironmentArguments {
    static let prefix = "LOAN_DEFAULT_"
    private let environment: [String: String]

    init(_ environment: [String: String]) {
        self.environment = environment
    }

    /// The arguments with what the environment adds for the chosen subcommand of `root`.
    func completing(_ arguments: [String], for root: any ParsableCommand.Type) -> [String] {
        let wantsHelp = arguments.contains { ["-h", "--help", "help", "--version"].contains($0) }
        guard !wantsHelp, let name = arguments.first(where: { !$0.hasPrefix("-") }),
            let command = root.configuration.subcommands.first(where: { $0._commandName == name })
        else { return arguments }
        let terminator = arguments.firstIndex(of: "--") ?? arguments.endIndex
        let added = Self.options(of: command).flatMap { option in
            addition(for: option, beside: arguments[..<terminator])
        }
        return arguments[..<terminator] + added + arguments[terminator...]
    }

    private func addition(for option: Option, beside given: ArraySlice<String>) -> [String] {
        guard let value = environment[option.variable], !value.isEmpty,
            !given.contains(where: { $0 == option.flag || $0.hasPrefix(option.flag + "=") })
        else { return [] }
        guard option.isFlag else { return ["\(option.flag)=\(value)"] }
        return ["1", "true", "yes"].contains(value.lowercased()) ? [option.flag] : []
    }

    /// One long option of a command.
    private struct Option {
        let name: String
        let isFlag: Bool
        var flag: String { "--" + name }
        var variable: String {
            EnvironmentArguments.prefix
                + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
        }
    }

    /// The options of a command, read from the property wrappers that declare them.
    private static func options(of command: any ParsableCommand.Type) -> [Option] {
        options(in: Mirror(reflecting: command.init()))
    }

    private static func options(in mirror: Mirror) -> [Option] {
        mirror.children.flatMap { child -> [Option] in
            let type = Swift.type(of: child.value)
            if let group = type as? any OptionGrouping.Type {
                return options(in: Mirror(reflecting: group.members.init()))
            }
            guard let label = child.label else { return [] }
            let isFlag = "\(type)".hasPrefix("Flag<")
            guard isFlag || "\(type)".hasPrefix("Option<") else { return [] }
            return [Option(name: kebabCase(label), isFlag: isFlag)]
        }
    }

    /// "_httpPort" is "http-port".
    private static func kebabCase(_ label: String) -> String {
        label.drop { $0 == "_" }.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }
            .joined()
    }
}

/// Tells the type of a group's members, which have no values before parsing.
private protocol OptionGrouping {
    static var members: any ParsableArguments.Type { get }
}

extension OptionGroup: OptionGrouping {
    fileprivate static var members: any ParsableArguments.Type { Value.self }
}
