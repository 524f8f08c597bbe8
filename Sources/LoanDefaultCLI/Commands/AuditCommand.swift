// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `loan-default audit`.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Verify, export and search the record of a server's decisions.",
        discussion: """
            A server that is started with --record keeps every decision that it answers:
            what was asked, what was answered, and what it was answered with. A record
            is a folder, or s3://BUCKET/PREFIX.
            """,
        subcommands: [
            AuditVerifyCommand.self, AuditExportCommand.self, AuditFindCommand.self,
        ]
    )
}
