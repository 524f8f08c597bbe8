// SPDX-License-Identifier: Apache-2.0

/// How matrices are written.
package enum MatrixFormat: String, Sendable, CaseIterable {
    /// NumPy's `.npy`: float32, column by column.
    case npy
    /// CSV with a header, row by row.
    case csv
}

/// The files of one part of the data.
package struct DataPartSinks<Sink: MatrixSink>: Sendable {
    /// Prepared features.
    package var features: Sink
    /// Labels.
    package var labels: Sink
    /// How much the rows count; not written where the table has no weights.
    package var weights: Sink

    /// Puts the sinks together.
    package init(features: Sink, labels: Sink, weights: Sink) {
        self.features = features
        self.labels = labels
        self.weights = weights
    }

    mutating func end(hasWeights: Bool) throws(Sink.Failure) {
        if hasWeights { try weights.end() }
        try features.end()
        try labels.end()
    }
}
