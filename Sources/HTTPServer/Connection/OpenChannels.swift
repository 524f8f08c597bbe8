// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import NIOCore

/// The connections of a server, and who is asked to leave when there are too many.
struct OpenChannels: Sendable {
    private struct Entry {
        let channel: any Channel
        let address: String
        var number: Int
    }

    private var entries: [ObjectIdentifier: Entry] = [:]
    private var nextNumber = 0
    private var askedLast: MonotonicTime?

    /// Those that are asked at a time: connections at work stay, so that one alone may not do.
    private static let askedMax = 512
    /// Who is asked needs some time to leave.
    private static let askingInterval = Duration.milliseconds(50)

    var all: [any Channel] { entries.values.map(\.channel) }

    /// Adds a connection.
    /// - Returns: those that are asked to leave if they are idle: the oldest ones of the peer
    ///   address with the most of them. Nil when there is no room for the new one.
    mutating func add(
        _ channel: any Channel,
        _ limits: HTTPLimits,
        _ now: MonotonicTime
    ) -> [any Channel]? {
        guard entries.count < limits.connectionsMax + limits.connectionsLeavingMax else {
            return nil
        }
        let address = channel.remoteAddress?.ipAddress ?? ""
        let id = ObjectIdentifier(channel)
        entries[id] = Entry(channel: channel, address: address, number: nextNumber)
        nextNumber += 1
        guard entries.count > limits.connectionsMax, mayAsk(now) else { return [] }
        askedLast = now
        let asked = oldest(but: id)
        // Those that are at work stay; the next time others are asked.
        for id in asked {
            entries[id]?.number = nextNumber
            nextNumber += 1
        }
        return asked.compactMap { entries[$0]?.channel }
    }

    mutating func remove(_ channel: any Channel) {
        entries.removeValue(forKey: ObjectIdentifier(channel))
    }

    private func mayAsk(_ now: MonotonicTime) -> Bool {
        askedLast.map { $0.advanced(by: Self.askingInterval) <= now } ?? true
    }

    private func oldest(but newcomer: ObjectIdentifier) -> [ObjectIdentifier] {
        let counts = entries.values.reduce(into: [String: Int]()) { counts, entry in
            counts[entry.address, default: 0] += 1
        }
        let most = counts.values.max() ?? 0
        return entries.filter { $0.key != newcomer && counts[$0.value.address] == most }
            .sorted { $0.value.number < $1.value.number }
            .prefix(Self.askedMax)
            .map(\.key)
    }
}
