// SPDX-License-Identifier: Apache-2.0

/// Fills options that the command line leaves out from the environment: `--http-port` is
/// `LOAN_DEFAULT_HTTP_PORT`. The command line wins; an empty variable counts as unset.
struct EnvironmentArguments {
    static let prefix = "LOAN_DEFAULT_"

    /// A command line with what the environment adds.
    struct Completed {
        var arguments: [String]
        /// The variable that set each option that was added, by the option's name with dashes.
        var sources: [String: String] = [:]
        /// Sentences about variables of an option whose value is not meant for it.
        var notes: [String] = []

        /// A message about options, with the variables that set them.
        func naming(_ message: String) -> String {
            let named = sources.filter { option, _ in
                message.split { !($0.isLetter || $0.isNumber || $0 == "-") }.contains { word in
                    word == option
                }
            }
            guard !named.isEmpty else { return message }
            return message + " (set by \(named.values.sorted().joined(separator: ", ")))"
        }
    }

    let environment: [String: String]
    let syntax: CommandSyntax

    /// The variable that sets an option.
    static func variable(of name: String) -> String {
        prefix + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// The command that `arguments` choose; nil where they ask for help.
    func command(of arguments: [String]) -> String? {
        let wantsHelp = arguments.contains { ["-h", "--help", "help", "--version"].contains($0) }
        guard !wantsHelp, let first = arguments.firstIndex(where: { !$0.hasPrefix("-") }) else {
            return nil
        }
        let both = arguments[first...].prefix(2).joined(separator: " ")
        return syntax.options[both] == nil ? arguments[first] : both
    }

    /// The arguments with what the environment adds for the chosen command.
    /// - Throws: `CommandFailure` where one setting is given under two names, or a flag is neither
    ///   true nor false.
    func completing(_ arguments: [String]) throws(CommandFailure) -> Completed {
        guard let name = command(of: arguments), let options = syntax.options[name] else {
            return Completed(arguments: arguments)
        }
        let terminator = arguments.firstIndex(of: "--") ?? arguments.endIndex
        let given = arguments[..<terminator]
        var completed = Completed(arguments: [])
        for option in options {
            let flags = option.names.map { "--" + $0 }.filter { flag in
                given.contains { $0 == flag || $0.hasPrefix(flag + "=") }
            }
            try Self.requireOne(of: flags)
            if flags.isEmpty { try add(option, to: &completed) }
        }
        completed.arguments = given + completed.arguments + arguments[terminator...]
        return completed
    }

    private func add(
        _ option: CommandSyntax.Option,
        to completed: inout Completed
    ) throws(CommandFailure) {
        var set: [(flag: String, variable: String)] = []
        for name in option.names {
            let variable = Self.variable(of: name)
            guard let value = environment[variable], !value.isEmpty else { continue }
            if ServiceLink.isLink(variable, value) {
                completed.notes.append(
                    "\(variable) holds the address of a Kubernetes service and sets nothing"
                )
            } else {
                set.append(("--" + name, variable))
            }
        }
        try Self.requireOne(of: set.map(\.variable))
        guard let (flag, variable) = set.first, let value = environment[variable] else { return }
        if !option.isFlag {
            completed.arguments.append("\(flag)=\(value)")
        } else if try Self.isTrue(value, variable) {
            completed.arguments.append(flag)
        }
        completed.sources[flag] = variable
    }

    private static func requireOne(of names: [String]) throws(CommandFailure) {
        guard names.count > 1 else { return }
        throw .usage("\(names.joined(separator: " and ")) are names of one setting: give one")
    }

    private static func isTrue(_ value: String, _ variable: String) throws(CommandFailure) -> Bool {
        switch value.lowercased() {
        case "1", "true", "yes", "on": return true
        case "0", "false", "no", "off": return false
        default: throw .usage("\(variable) is '\(value)'; it must be true or false")
        }
    }
}
