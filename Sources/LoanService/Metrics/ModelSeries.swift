// SPDX-License-Identifier: Apache-2.0

package import Observability
internal import Synchronization

/// Which models have series of their own: those in memory, and for a while a few that left it.
///
/// A model that is evicted or unloaded keeps its series until the last scrape has seen them; then
/// they end whole, so that no sum of counters ever falls by a part.
package final class ModelSeries: Sendable {
    /// Names that have series of their own; further ones share the name "other".
    package static let namesMax = 64
    /// Names among these whose models have left memory.
    package static let departedMax = 8
    /// How long a model that left memory keeps its series: several scrapes.
    package static let keptTime = Duration.seconds(300)
    /// The name that all beyond `namesMax` share.
    package static let sharedName = "other"

    private struct Entry {
        /// Models of the name in memory.
        var holders = 0
        /// When the last of them left; nil while one is there.
        var left: ContinuousClock.Instant?
    }

    private let registry: MetricsRegistry
    private let keptTime: Duration
    private let entries = Mutex<[String: Entry]>([:])

    /// No series yet.
    package init(_ registry: MetricsRegistry, keptTime: Duration = ModelSeries.keptTime) {
        self.registry = registry
        self.keptTime = keptTime
    }

    /// The metrics of a name, for one model that holds them while it is in memory.
    package func metrics(_ name: String) -> ModelMetrics {
        entries.withLock { entries in
            let label = hasRoom(for: name, &entries) ? name : Self.sharedName
            entries[label, default: Entry()].holders += 1
            entries[label]?.left = nil
            let areOwn = label == name && name != Self.sharedName
            return ModelMetrics(registry, model: label, areOwn: areOwn) { [weak self] in
                self?.ended(label)
            }
        }
    }

    /// Ends the series of names that left memory long enough ago.
    package func sweep() {
        entries.withLock { entries in
            let now = ContinuousClock.now
            for (name, entry) in entries {
                if let left = entry.left, left + keptTime <= now { forget(name, &entries) }
            }
        }
    }

    /// Makes room for a new name by the one that left memory first.
    private func hasRoom(for name: String, _ entries: inout [String: Entry]) -> Bool {
        if entries[name] != nil { return true }
        if entries.keys.count(where: { $0 != Self.sharedName }) < Self.namesMax { return true }
        guard let oldest = Self.firstToLeave(entries) else { return false }
        forget(oldest, &entries)
        return true
    }

    private func ended(_ name: String) {
        entries.withLock { entries in
            entries[name]?.holders -= 1
            guard name != Self.sharedName, entries[name]?.holders == 0 else { return }
            entries[name]?.left = .now
            guard entries.values.count(where: { $0.left != nil }) > Self.departedMax,
                let oldest = Self.firstToLeave(entries)
            else { return }
            forget(oldest, &entries)
        }
    }

    private static func firstToLeave(_ entries: [String: Entry]) -> String? {
        entries.compactMap { name, entry in entry.left.map { (name: name, left: $0) } }
            .min { $0.left < $1.left }?.name
    }

    private func forget(_ name: String, _ entries: inout [String: Entry]) {
        entries[name] = nil
        registry.forget("model", name)
    }
}
