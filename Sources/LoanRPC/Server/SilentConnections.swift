// SPDX-License-Identifier: Apache-2.0

/// Connections that hold a slot and have not said who they are yet, oldest first.
///
/// Where all slots are taken, a newcomer is let in and one of these leaves: the oldest one of the
/// peer address that holds the most. So neither silence nor one busy address locks others out.
struct SilentConnections<ID: Hashable & Sendable, Member: Sendable>: Sendable {
    private var entries: [(id: ID, address: String, member: Member)] = []

    var count: Int { entries.count }

    /// Adds a connection.
    /// - Returns: the one that leaves, where more than `limit` are there now.
    mutating func add(_ id: ID, from address: String, _ member: Member, limit: Int) -> Member? {
        entries.append((id, address, member))
        guard entries.count > limit else { return nil }
        let counts = entries.reduce(into: [String: Int]()) { $0[$1.address, default: 0] += 1 }
        let most = counts.values.max() ?? 0
        // The newcomer itself stays: it is the last one, and another of its address comes first.
        guard let place = entries.firstIndex(where: { counts[$0.address] == most }) else {
            return nil
        }
        return entries.remove(at: place).member
    }

    /// Forgets a connection that has spoken, or ended.
    mutating func remove(_ id: ID) {
        entries.removeAll { $0.id == id }
    }
}
