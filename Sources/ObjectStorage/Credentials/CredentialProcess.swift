// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// The program that a profile names as `credential_process`.
///
/// It is run as the AWS tools do, without a shell, and writes one JSON object of version 1. Source:
/// "Process credential provider", AWS SDKs and Tools Reference Guide. Its arguments and what it
/// writes may hold secrets: messages name the profile and the program only.
struct CredentialProcess {
    private let command: String
    private let profile: String
    private let environment: [String: String]

    init(_ command: String, of profile: String, _ environment: [String: String]) {
        self.command = command
        self.profile = profile
        self.environment = environment
    }

    func fetch(_ outside: CredentialsOutside) throws(ObjectStoreError) -> Credentials {
        // There is no shell: what would set a variable there is no program, and may be a secret.
        guard let words = ShellWords.split(command), let program = words.first, !program.isEmpty,
            !program.contains("=")
        else { throw .noCredentials(.profile(profile, .unreadableCommand)) }
        do throws(ProgramFailure) {
            let output = try outside.program(words, environment).get()
            return try Self.credentials(output)
        } catch {
            throw .noCredentials(.program(program, profile: profile, error))
        }
    }

    private static func credentials(_ output: [UInt8]) throws(ProgramFailure) -> Credentials {
        guard let answer = (try? JSONParser.parse(output))?.object else { throw .malformed }
        guard answer["Version"] == .integer(1) else { throw .version }
        guard let credentials = Credentials(answer, token: "SessionToken") else {
            throw .malformed
        }
        return credentials
    }
}
