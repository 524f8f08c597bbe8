// SPDX-License-Identifier: Apache-2.0

extension CredentialsFailure {
    /// What follows "no credentials:". Names profiles and programs, never their secrets.
    var reason: String {
        switch self {
        case .noProvider:
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role"
        case .provider(let name): name.reason
        case .sharedFiles(let error): error.description
        case .profile(let name, let fault): "the profile \(name) \(fault.reason)"
        case .program(let program, let profile, let failure):
            "the program \(program), credential_process of the profile \(profile), "
                + failure.reason
        case .expired: "they have expired"
        }
    }

    /// Whether another attempt may succeed: what fails outside of this machine's settings may.
    var mayPass: Bool {
        switch self {
        case .provider, .program: true
        case .noProvider, .sharedFiles, .profile, .expired: false
        }
    }
}

extension CredentialsProviderName {
    fileprivate var reason: String {
        switch self {
        case .environment: "those of the environment cannot be used"
        case .webIdentity: "the exchange of the web identity failed"
        case .container: "the container's endpoint gives none"
        case .profile: "the profile gives none"
        case .instance: "the instance's endpoint gives none"
        }
    }
}

extension ProfileFault {
    fileprivate var reason: String {
        switch self {
        case .unsupported(let setting):
            "has \(setting), which is not supported: let credential_process run a program that "
                + "gives the keys, such as aws configure export-credentials"
        case .incompleteKeys:
            "has only one of aws_access_key_id and aws_secret_access_key: set both"
        case .incompleteIdentity:
            "or the environment names a web identity token file without a role: set role_arn, or "
                + "AWS_ROLE_ARN"
        case .unreadableCommand:
            "has a credential_process that is empty, whose quotes do not end, or that begins with "
                + "an assignment: there is no shell, and the program comes first"
        }
    }
}

extension ProgramFailure {
    fileprivate var reason: String {
        switch self {
        case .notStarted(let code): "cannot be started: error \(code) of the system"
        case .status(let status): "ended with status \(status): run it by hand to see why"
        case .timedOut: "did not end in time"
        case .tooLong: "wrote more than \(ChildProgram.bytesMax) bytes"
        case .malformed:
            "did not write a JSON object with both keys and, if they end, the time of their end"
        case .version: "did not write Version 1"
        }
    }
}
