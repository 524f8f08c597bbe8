// SPDX-License-Identifier: Apache-2.0

/// Why a command ends without its result: one clear line and an exit code.
struct CommandFailure: Error {
    let message: String
    let code: Int32

    /// The work failed.
    static func failed(_ message: String) -> Self { Self(message: message, code: 1) }

    /// The command was used or configured wrongly.
    static func usage(_ message: String) -> Self { Self(message: message, code: usageCode) }

    static let usageCode: Int32 = 2
}

extension CommandFailure: CustomStringConvertible {
    var description: String { message }
}
