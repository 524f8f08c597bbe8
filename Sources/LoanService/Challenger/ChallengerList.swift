// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// The challengers of the models of one fleet of servers, as they are stored.
struct ChallengerList: Codable, Equatable, Sendable {
    /// The challenger of one name.
    struct Entry: Codable, Equatable, Sendable {
        let setup: ChallengerSetup
        /// When it was set, in seconds since 1970.
        let since: Double
        /// Another one is another change.
        let stamp: String
    }

    /// How the list is written.
    var format = Self.currentFormat
    /// By the name of the champion.
    var challengers: [String: Entry] = [:]

    static let currentFormat = 1

    /// What an object of another kind is called in messages.
    struct Unreadable: Error {}

    init() {}

    /// - Throws: `Unreadable` for anything that no server of this format wrote.
    init(_ bytes: [UInt8]) throws(Unreadable) {
        guard let list = try? JSONDecoder().decode(Self.self, from: Data(bytes)),
            list.format == Self.currentFormat, list.challengers.count <= ServedModels.countMax,
            list.challengers.allSatisfy({ name, entry in
                (try? ModelName.validateVersioned(name)) != nil
                    && entry.setup.isUsable(for: name) && entry.since.isFinite
            })
        else { throw Unreadable() }
        self = list
    }

    /// The list as it is stored.
    var bytes: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Array(try encoder.encode(self))
        }
    }
}
