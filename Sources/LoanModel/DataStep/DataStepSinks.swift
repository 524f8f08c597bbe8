// SPDX-License-Identifier: Apache-2.0

/// How matrices are written.
package enum MatrixFormat: String, Sendable, CaseIterable {
    /// NumPy's `.npy`: float32, column by column.
    case npy
    /// CSV with a header, row by row.
    case csv
}

/// The four files of a data step.
package struct DataStepSinks<Sink: MatrixSink>: Sendable {
    /// Prepared features to train on (`Xtrain`).
    package var trainFeatures: Sink
    /// Labels to train on (`ytrain`).
    package var trainLabels: Sink
    /// Prepared features to test with (`Xtest`).
    package var testFeatures: Sink
    /// Labels to test with (`ytest`).
    package var testLabels: Sink

    /// Puts four sinks together.
    package init(trainFeatures: Sink, trainLabels: Sink, testFeatures: Sink, testLabels: Sink) {
        self.trainFeatures = trainFeatures
        self.trainLabels = trainLabels
        self.testFeatures = testFeatures
        self.testLabels = testLabels
    }

    mutating func end() throws(Sink.Failure) {
        try trainFeatures.end()
        try trainLabels.end()
        try testFeatures.end()
        try testLabels.end()
    }
}
