// SPDX-License-Identifier: Apache-2.0

internal import Observability

/// Where series of a model are shown.
struct SeriesPlace: Sendable {
    let registry: MetricsRegistry
    /// The model's.
    let dimensions: [(String, String)]
}
