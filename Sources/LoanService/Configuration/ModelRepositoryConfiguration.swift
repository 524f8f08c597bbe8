// SPDX-License-Identifier: Apache-2.0

/// How many models are kept in memory, and how they are kept fresh.
package struct ModelRepositoryConfiguration: Sendable {
    /// Models in memory; the one unused for longest leaves first. Default 64.
    package var countMax = 64
    /// Bytes of all compiled models in memory, likewise. Default 512 MiB.
    package var bytesMax = 512 << 20
    /// How often a model's stored versions are looked at; each time up to a tenth sooner or later,
    /// so that a fleet does not ask at once. Default 10 s.
    package var revalidationInterval = Duration.seconds(10)
    /// How long a model that did not load is refused without asking storage again. Default 2 s.
    package var refusalLifetime = Duration.seconds(2)
    /// Models that did not load which are remembered. Default 1,024.
    package var refusalsMax = 1_024
    /// Loads, and likewise checks, that run side by side, each on a thread of its own. Default 4.
    package var parallelMax = 4
    /// Loads that run or wait; beyond this callers are asked to come back. Default 64.
    package var loadsMax = 64
    /// Whether rows are refused whose categories a model does not know. Default false: they are
    /// scored as none of its categories, and counted.
    package var refusesUnknownCategories = false
    /// Whether what reasons read is made when a model is loaded, rather than at its first reasons.
    package var makesReasonTables = false

    /// The defaults.
    package init() {}
}
