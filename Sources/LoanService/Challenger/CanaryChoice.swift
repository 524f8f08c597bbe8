// SPDX-License-Identifier: Apache-2.0

internal import Digest

/// Chooses the calls that a canary answers: by their ids alone, so that every server and every
/// transport chooses alike, and a call that is repeated gets the same model.
///
/// The first 8 bytes of SHA-256 over salt, line feed and id are a whole number, the most
/// significant byte first. Its upper 53 bits, divided by 2^53, are below the share for the calls
/// of the challenger. A greater share with the same salt has all calls of a smaller one.
package enum CanaryChoice {
    /// Whether the challenger answers a call.
    /// - Parameters:
    ///   - salt: has no line feed, so that no two pairs are hashed alike.
    ///   - share: from 0, for no call, to 1, for every call.
    package static func takes(_ id: CallID, salt: String, share: Double) -> Bool {
        var hash = SHA256()
        hash.update(Array("\(salt)\n".utf8).span)
        id.withBytes { hash.update($0) }
        let word = hash.finalize().prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Double(word >> 11) * 0x1p-53 < share
    }
}
