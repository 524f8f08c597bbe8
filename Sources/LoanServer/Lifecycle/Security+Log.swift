// SPDX-License-Identifier: Apache-2.0

package import Access
internal import LoanService
package import Logging

extension Security {
    /// Reads all files again and says in the log what came of it. Blocks.
    func reload(_ logger: Logger) {
        do {
            try reload()
            logger.info("tokens and TLS are read again")
        } catch {
            logger.error(
                "the old tokens and TLS are kept",
                metadata: [LogKey.error: "\(error)"]
            )
        }
    }

    /// Says in the log what is open to everybody.
    /// - Parameter calls: the calls that write, as their callers know them.
    package func warn(of calls: [String], in logger: Logger) {
        if !hasTokens {
            logger.warning(
                "no token file is configured: calls that write are open to all who can connect",
                metadata: [LogKey.calls: "\(calls.joined(separator: ", "))"]
            )
        } else if !usesTLS {
            logger.warning("tokens are configured without TLS: they travel in the clear")
        }
    }
}
