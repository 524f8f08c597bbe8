// SPDX-License-Identifier: Apache-2.0

/// A file or folder that a control call names.
package struct LocationMessage: Sendable, Equatable {
    /// Which store holds it.
    package enum Backend: UInt32, Sendable {
        case unspecified = 0
        case local = 1
        case s3 = 2
    }

    /// What holds the object.
    package var backend: Backend
    /// For `s3`.
    package var bucket: String
    /// A path under the server's storage root, or a key; at most 1,024 bytes.
    package var path: String

    /// A location by its parts.
    package init(_ backend: Backend, bucket: String = "", path: String) {
        self.backend = backend
        self.bucket = bucket
        self.path = path
    }

    /// What a message without a location means.
    package static let absent = LocationMessage(.unspecified, path: "")
}

/// PrepareData's request.
package struct PrepareDataMessage: Sendable, Equatable {
    /// Where the table of applications is.
    package var source = LocationMessage.absent
    /// Where the prepared data go.
    package var target = LocationMessage.absent
    /// Rows to expand to; nil is the server's default.
    package var size: UInt64?
    /// The seed of the split; nil lets the server choose one.
    package var seed: UInt64?
    /// Comma-separated text instead of `.npy`.
    package var writesCSV = false
    /// The label by which the table shows its schema: `COLUMN` or `COLUMN=VALUE`; empty: none.
    package var label = ""
    /// The table's schema as a JSON document; empty: none.
    package var schema: [UInt8] = []
    /// How rows are divided; nil for the documented way.
    package var split: SplitMessage?
    /// The column of times; empty: none.
    package var time = ""
    /// The column of groups; empty: none.
    package var group = ""
    /// The columns that decisions must not depend on.
    package var protectedColumns: [String] = []

    /// A request whose locations are absent.
    package init() {}
}

/// PrepareData's response.
package struct PrepareDataResult: Sendable, Equatable {
    /// Rows to train with.
    package var trainRows: UInt64 = 0
    /// Rows that are held out.
    package var testRows: UInt64 = 0
    /// Columns of the prepared matrices.
    package var features: UInt32 = 0
    /// The seed of the split.
    package var seed: UInt64 = 0
    /// Problems that did not keep the data from being stored, each as a sentence.
    package var warnings: [String] = []
    /// The parts, where the request has a split or names columns.
    package var parts: [DataPartMessage] = []

    /// A result of no rows.
    package init() {}
}

/// Train's request; nil is the server's default.
package struct TrainMessage: Sendable, Equatable {
    /// Where the prepared data are.
    package var data = LocationMessage.absent
    /// Where the model goes.
    package var model = LocationMessage.absent
    /// The model's name.
    package var modelName = ""
    /// Rounds of boosting; nil for the default.
    package var rounds: UInt32?
    /// The depth of a tree; nil for the default.
    package var depthMax: UInt32?
    /// The learning rate; nil for the default.
    package var learningRate: Float?
    /// The least sum of weights in a leaf; nil for the default.
    package var minChildWeight: Float?
    /// A policy as a JSON document, or the word for the standard one; empty keeps that of the
    /// generation before.
    package var policy: [UInt8] = []
    /// A JSON object of what else is asked for; empty for nothing.
    package var fitting: [UInt8] = []
    /// How its probabilities are calibrated.
    package var calibration = CalibrationMethod.none
    /// Texts of the model's card as a JSON document; empty without any.
    package var card: [UInt8] = []
    /// The column of the age, where applicants of 62 and older are looked at; empty where not.
    package var elderlyCheck = ""

    /// A request whose locations are absent.
    package init() {}
}

/// Train's response.
package struct TrainResult: Sendable, Equatable {
    /// The area under the ROC curve, of the held-out rows like all scores.
    package var auc = 0.0
    /// The share of right labels.
    package var accuracy = 0.0
    /// The precision of defaults.
    package var precision = 0.0
    /// The recall of defaults.
    package var recall = 0.0
    /// The F1 score of defaults.
    package var f1 = 0.0
    /// Of a model that predicts a number, in place of the five above: the root of the mean squared
    /// distance.
    package var rmse = 0.0
    /// The mean distance.
    package var mae = 0.0
    /// The share of the variance that is explained; NaN where there is none.
    package var r2 = 0.0
    /// Rounds of boosting that were done.
    package var rounds: UInt32 = 0
    /// The loading that serves the model; 0 where it is stored but cannot be served.
    package var generation: UInt64 = 0
    /// Problems that did not keep the model from being stored, each as a sentence.
    package var warnings: [String] = []
    /// The digest of the policy that is stored with the model; empty where the standard one counts.
    package var policyDigest = ""
    /// Whether that policy is the one of the generation before.
    package var keepsPolicy = false
    /// How rounds, folds and trials went, as a JSON object; empty where none was asked for.
    package var fitting: [UInt8] = []
    /// The calibration of the model; nil where it has none.
    package var calibration: CalibrationResult?
    /// The figures of a classifier with their intervals, as a JSON document.
    package var figures: [UInt8] = []

    /// A result of no training.
    package init() {}
}

/// How far PrepareData or Train has come.
package struct ProgressMessage: Sendable, Equatable {
    /// The step under way: at most 64 bytes.
    package var stage = ""
    /// Steps done, of `total`; 0 of 0 when that is not known.
    package var done: UInt32 = 0
    /// The steps of the stage; 0 where that is not known.
    package var total: UInt32 = 0
    /// The training loss, where there is one.
    package var loss: Float?

    /// No progress.
    package init() {}
}

/// LoadModel's request.
package struct LoadModelMessage: Sendable, Equatable {
    /// The name to serve the model by.
    package var modelName = ""
    /// Where the model is.
    package var model = LocationMessage.absent
    /// Where its preprocessor is.
    package var preprocessor = LocationMessage.absent
    /// Which iterations count, in words; empty leaves it to the server.
    package var iterations = ""

    /// A request whose locations are absent.
    package init() {}
}

/// ModelStatus's request.
package struct ModelStatusMessage: Sendable, Equatable {
    /// The model that is asked for.
    package var modelName = ""

    /// A request that names no model.
    package init() {}
}

/// The answer to LoadModel and ModelStatus.
package struct ModelStatusResult: Sendable, Equatable {
    /// Whether the model is served.
    package enum State: UInt32, Sendable {
        case unspecified = 0
        case loading = 1
        case ready = 2
        case failed = 3
    }

    /// The model's name.
    package var modelName = ""
    /// Whether it is served.
    package var state = State.unspecified
    /// Which loading of the model is served.
    package var generation: UInt64 = 0
    /// The fingerprint of its schema.
    package var schemaID: UInt64 = 0
    /// Trees of the forest.
    package var trees: UInt32 = 0
    /// Columns of the prepared matrix.
    package var features: UInt32 = 0
    /// Milliseconds since 1970.
    package var loadedAtMilliseconds: UInt64 = 0
    /// Which iterations are scored, in words; empty where the model has no best iteration.
    package var iterations = ""
    /// The digest of the policy that it is served with; empty where it predicts no probability.
    package var policyDigest = ""

    /// No model.
    package init() {}
}

/// ServerInfo's request.
package struct ServerInfoMessage: Sendable, Equatable {
    /// The one model to describe; empty for all.
    package var modelName = ""

    /// A request for all models.
    package init() {}
}

/// ServerInfo's response.
package struct ServerDescription: Sendable, Equatable {
    /// The longest response, in bytes: a server with more to say asks callers to name a model.
    package static let bytesMax = 1 << 20

    /// One raw column.
    package struct Feature: Sendable, Equatable {
        /// What a column holds.
        package enum Kind: Sendable, Equatable {
            case number, category, boolean, date
        }

        /// The column's name in the data.
        package var name: String
        /// What it holds.
        package var kind: Kind
        /// The categories in the order of their codes.
        package var categories: [String]
        /// The number of PredictRequest's own field; 0 where there is none.
        package var field: UInt32

        /// A column by its parts.
        package init(name: String, kind: Kind, categories: [String] = [], field: UInt32 = 0) {
            self.name = name
            self.kind = kind
            self.categories = categories
            self.field = field
        }
    }

    /// What a model says of a row.
    package enum Prediction: Sendable, Equatable {
        case probability, classProbabilities, classIndex, value
    }

    /// One model in memory.
    package struct Model: Sendable, Equatable {
        /// The model's name.
        package var name = ""
        /// Which loading of the model this is.
        package var generation: UInt64 = 0
        /// The fingerprint of its schema.
        package var schemaID: UInt64 = 0
        /// The raw columns, in the order of their fields.
        package var features: [Feature] = []
        /// Names of the columns of the prepared matrix, in order.
        package var preparedFeatures: [String] = []
        /// The instruction set that scores it.
        package var kernelTier = ""
        /// What it says of a row.
        package var prediction = Prediction.probability
        /// `valuesPerRow` of its answers.
        package var valuesPerRow = 0
        /// How its probabilities are calibrated, in a word; empty where they are not.
        package var calibration = ""
        /// What makes contributions to the calibrated margin of those to the margin; 0 where no
        /// factor does.
        package var calibrationFactor = 0.0

        /// A model without a name.
        package init() {}

        /// An upper bound of the encoded length, in bytes.
        package var encodedBytesMax: Int {
            // Tags and lengths take at most 16 bytes a field, numbers at most 16.
            let texts =
                features.flatMap { [$0.name] + $0.categories } + preparedFeatures
                + [name, kernelTier, calibration]
            return texts.reduce(64 + 32 * features.count) { $0 + 16 + $1.utf8.count }
        }
    }

    /// Name and version of the server.
    package var agent = ""
    /// The models that were asked for, sorted by name.
    package var models: [Model] = []
    /// The most rows of a batch.
    package var rowsMax: UInt32 = 0
    /// The longest payload of a frame, in bytes.
    package var frameBytesMax: UInt32 = 0
    /// The most calls of a connection at a time.
    package var streamsMax: UInt32 = 0

    /// A server without models.
    package init() {}
}
