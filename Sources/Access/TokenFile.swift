// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import Machine

/// The file of tokens: one a line, after what it allows, before its end where it has one.
///
/// ```
/// # scopes        token                              valid until
/// predict         5f2b7c0e91d84a6fb3d2c1a09e8f7766
/// predict,write   c1d5e0a7b94f43f2a8e6d3b2f1908877   2027-01-31T00:00:00Z
/// audit           0b7e42d9c3f548a1b6f0e2d7a9c81f55
/// predict         anonymous
/// ```
///
/// The text is UTF-8; a byte order mark before it, which some editors write, is passed over.
///
/// The line with `anonymous` says what callers without a token may do: nothing, unless it is there.
package enum TokenFile {
    /// Fewer characters are guessed too easily.
    package static let tokenCharactersMin = 16
    /// Most tokens of a file.
    package static let tokensMax = 1000
    private static let anonymous = "anonymous"

    /// - Throws: `ConfigurationError` naming the option and the line, never a token.
    package static func read(_ path: String) throws(ConfigurationError) -> TokenTable {
        let bytes = try SecretFile.bytes(path, option: "token-file")
        do throws(Problem) {
            let isMarked = bytes.starts(with: [0xEF, 0xBB, 0xBF])
            guard let text = String(validating: bytes.dropFirst(isMarked ? 3 : 0), as: UTF8.self)
            else { throw Problem("the file is not UTF-8") }
            return try parse(text)
        } catch {
            throw .unusable(option: "token-file", value: path, reason: error.reason)
        }
    }

    private struct Problem: Error {
        let reason: String

        init(_ reason: String, line: Int? = nil) {
            self.reason = (line.map { "line \($0): " } ?? "") + reason
        }
    }

    private static func parse(_ text: String) throws(Problem) -> TokenTable {
        var entries: [TokenTable.Entry] = []
        var open: Scope?
        var seen: Set<Substring> = []
        for (index, line) in text.split(
            omittingEmptySubsequences: false,
            whereSeparator: \.isNewline
        ).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard (2...3).contains(words.count) else {
                throw Problem("the line is not: scopes token [time]", line: index + 1)
            }
            let scopes = try scopes(first, line: index + 1)
            guard seen.insert(words[1]).inserted else {
                throw Problem("its token stands above already", line: index + 1)
            }
            if words[1] == anonymous, words.count == 2 {
                open = scopes
                continue
            }
            let end = words.count == 3 ? try time(words[2], line: index + 1) : nil
            entries.append(
                .init(
                    token: try token(words[1], line: index + 1),
                    scopes: scopes,
                    expiresAt: end
                )
            )
        }
        guard !entries.isEmpty else { throw Problem("the file holds no token") }
        guard entries.count <= tokensMax else {
            throw Problem("the file holds more than \(tokensMax) tokens")
        }
        return TokenTable(entries, anonymous: open)
    }

    private static func scopes(_ word: Substring, line: Int) throws(Problem) -> Scope {
        var scopes: Scope = []
        for name in word.split(separator: ",", omittingEmptySubsequences: false) {
            guard let known = Scope.named.first(where: { $0.name == name }) else {
                throw Problem(
                    "scopes are predict, write and audit, or several of them with commas",
                    line: line
                )
            }
            scopes.insert(known.scope)
        }
        return scopes
    }

    private static func token(_ word: Substring, line: Int) throws(Problem) -> [UInt8] {
        let range = tokenCharactersMin...TokenTable.tokenBytesMax
        let bytes = Array(word.utf8)
        guard range.contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Problem(
                "a token is \(range.lowerBound) to \(range.upperBound) of printable ASCII",
                line: line
            )
        }
        return bytes
    }

    private static func time(_ word: Substring, line: Int) throws(Problem) -> MonotonicTime {
        guard let date = try? Date(String(word), strategy: .iso8601) else {
            throw Problem("a time looks like 2027-01-31T00:00:00Z", line: line)
        }
        // A wall clock that is set later does not move it.
        let left = min(date.timeIntervalSinceNow, 1e9)
        return MonotonicTime.now().advanced(by: .seconds(max(0, left)))
    }
}
