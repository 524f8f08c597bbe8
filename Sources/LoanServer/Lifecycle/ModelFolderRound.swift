// SPDX-License-Identifier: Apache-2.0

package import LoanService

/// What is known of the models of a folder from one look at it to the next: which are to be loaded
/// and which have gone.
package struct ModelFolderRound {
    private struct Known {
        let model: ListedModel
        /// Why it does not load; nil for one that does.
        var reason: String?
        /// When a model that does not load is tried again, though its file is the same.
        var retry: ContinuousClock.Instant?
    }

    /// How long a model that does not load is left alone unless its file changes.
    package static let retryPause = Duration.seconds(30)

    private var known: [String: Known] = [:]
    private var problems: [String: String] = [:]
    private var failure: String?
    /// Whether the folder has been listed.
    package private(set) var hasListed = false

    /// Nothing is known.
    package init() {}

    /// The folder has been listed.
    /// - Parameter problems: sentences on what cannot be served.
    /// - Returns: whether these are others than before.
    package mutating func listed(problems: [String: String]) -> Bool {
        hasListed = true
        failure = nil
        defer { self.problems = problems }
        return problems != self.problems
    }

    /// The folder cannot be listed.
    /// - Returns: whether the reason is another than before.
    package mutating func failed(_ reason: String) -> Bool {
        defer { failure = reason }
        return reason != failure
    }

    /// Begins a look.
    /// - Returns: the models to load, and those that have gone.
    package mutating func begin(
        _ models: [ListedModel],
        now: ContinuousClock.Instant
    ) -> (due: [ListedModel], gone: [ListedModel]) {
        let names = Set(models.map(\.reference.name))
        let gone = known.filter { !names.contains($0.key) }.map(\.value.model)
        for model in gone { known[model.reference.name] = nil }
        let due = models.filter { model in
            guard let before = known[model.reference.name], before.model == model else {
                return true
            }
            return before.retry.map { $0 <= now } ?? false
        }
        return (due, gone.sorted { $0.reference.name < $1.reference.name })
    }

    /// A model was tried.
    /// - Parameter error: why it does not load.
    package mutating func end(
        _ model: ListedModel,
        _ error: ServiceError?,
        now: ContinuousClock.Instant
    ) {
        known[model.reference.name] = Known(
            model: model,
            reason: error?.sentence,
            retry: error == nil ? nil : now + Self.retryPause
        )
    }

    /// Why no traffic should come: none of the models loads; nil where one does, or none is there.
    package var obstacle: String? {
        guard !known.isEmpty, known.values.allSatisfy({ $0.reason != nil }) else { return nil }
        return known.sorted { $0.key < $1.key }
            .map { "\($0.key) does not load: \($0.value.reason ?? "")" }
            .joined(separator: "; ")
    }
}
