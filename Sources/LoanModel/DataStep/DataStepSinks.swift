// SPDX-License-Identifier: Apache-2.0

/// How matrices are written.
package enum MatrixFormat: String, Sendable, CaseIterable {
    /// NumPy's `.npy`: float32, column by column.
    case npy
    /// CSV with a header, row by row.
    case csv
}

/// The files of a data step.
package struct DataStepSinks<Sink: MatrixSink>: Sendable {
    /// Prepared features to train on (`Xtrain`).
    package var trainFeatures: Sink
    /// Labels to train on (`ytrain`).
    package var trainLabels: Sink
    /// Prepared features to test with (`Xtest`).
    package var testFeatures: Sink
    /// Labels to test with (`ytest`).
    package var testLabels: Sink

    /// How much the rows to train on and to test with count (`wtrain`, `wtest`); not written where
    /// the table has no weights.
    package var weights: (train: Sink, test: Sink)

    /// Puts the sinks together.
    package init(
        trainFeatures: Sink,
        trainLabels: Sink,
        testFeatures: Sink,
        testLabels: Sink,
        weights: (train: Sink, test: Sink)
    ) {
        self.weights = weights
        self.trainFeatures = trainFeatures
        self.trainLabels = trainLabels
        self.testFeatures = testFeatures
        self.testLabels = testLabels
    }

    mutating func end(hasWeights: Bool) throws(Sink.Failure) {
        if hasWeights {
            try weights.train.end()
            try weights.test.end()
        }
        try trainFeatures.end()
        try trainLabels.end()
        try testFeatures.end()
        try testLabels.end()
    }
}
