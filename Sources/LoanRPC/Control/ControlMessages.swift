// SPDX-License-Identifier: Apache-2.0

/// A file or folder that a control call names.
package struct LocationMessage: Sendable, Equatable {
    /// Which store holds it.
    package enum Backend: UInt32, Sendable {
        case unspecified = 0
        case local = 1
        case s3 = 2
    }

    package var backend: Backend
    /// For `s3`.
    package var bucket: String
    /// A path under the server's storage root, or a key; at most 1,024 bytes.
    package var path: String

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
    package var source = LocationMessage.absent
    package var target = LocationMessage.absent
    /// Rows to expand to; nil is the server's default.
    package var size: UInt64?
    package var seed: UInt64?
    /// Comma-separated text instead of `.npy`.
    package var writesCSV = false

    package init() {}
}

/// PrepareData's response.
package struct PrepareDataResult: Sendable, Equatable {
    package var trainRows: UInt64 = 0
    package var testRows: UInt64 = 0
    package var features: UInt32 = 0
    package var seed: UInt64 = 0
    /// What is not as it should be although the data is stored, each as a sentence.
    package var warnings: [String] = []

    package init() {}
}

/// Train's request; nil is the server's default.
package struct TrainMessage: Sendable, Equatable {
    package var data = LocationMessage.absent
    package var model = LocationMessage.absent
    package var modelName = ""
    package var rounds: UInt32?
    package var depthMax: UInt32?
    package var learningRate: Float?
    package var minChildWeight: Float?

    package init() {}
}

/// Train's response.
package struct TrainResult: Sendable, Equatable {
    package var auc = 0.0
    package var accuracy = 0.0
    package var precision = 0.0
    package var recall = 0.0
    package var f1 = 0.0
    package var rounds: UInt32 = 0
    /// The loading that serves the model; 0 where it is stored but cannot be served.
    package var generation: UInt64 = 0
    /// What is not as it should be although the model is stored, each as a sentence.
    package var warnings: [String] = []

    package init() {}
}

/// How far PrepareData or Train has come.
package struct ProgressMessage: Sendable, Equatable {
    /// What is being done: at most 64 bytes.
    package var stage = ""
    /// Steps done, of `total`; 0 of 0 when that is not known.
    package var done: UInt32 = 0
    package var total: UInt32 = 0
    /// The training loss, where there is one.
    package var loss: Float?

    package init() {}
}

/// LoadModel's request.
package struct LoadModelMessage: Sendable, Equatable {
    package var modelName = ""
    package var model = LocationMessage.absent
    package var preprocessor = LocationMessage.absent

    package init() {}
}

/// ModelStatus's request.
package struct ModelStatusMessage: Sendable, Equatable {
    package var modelName = ""

    package init() {}
}

/// The answer to LoadModel and ModelStatus.
package struct ModelStatusResult: Sendable, Equatable {
    package enum State: UInt32, Sendable {
        case unspecified = 0
        case loading = 1
        case ready = 2
        case failed = 3
    }

    package var modelName = ""
    package var state = State.unspecified
    package var generation: UInt64 = 0
    package var schemaID: UInt64 = 0
    package var trees: UInt32 = 0
    package var features: UInt32 = 0
    /// Milliseconds since 1970.
    package var loadedAtMilliseconds: UInt64 = 0
    /// Which iterations are scored, in words; empty where the model has no best iteration.
    package var iterations = ""

    package init() {}
}

/// ServerInfo's request.
package struct ServerInfoMessage: Sendable, Equatable {
    /// The one model to describe; empty for all.
    package var modelName = ""

    package init() {}
}

/// ServerInfo's response.
package struct ServerDescription: Sendable, Equatable {
    /// The longest response, in bytes: a server with more to say asks callers to name a model.
    package static let bytesMax = 1 << 20

    /// One raw column.
    package struct Feature: Sendable, Equatable {
        package var name: String
        /// Nil for a number; the categories in the order of their codes.
        package var categories: [String]?
        /// The number of PredictRequest's field.
        package var field: UInt32

        package init(name: String, categories: [String]?, field: UInt32) {
            self.name = name
            self.categories = categories
            self.field = field
        }
    }

    /// One model in memory.
    package struct Model: Sendable, Equatable {
        package var name = ""
        package var generation: UInt64 = 0
        package var schemaID: UInt64 = 0
        package var features: [Feature] = []
        package var preparedFeatures: [String] = []
        package var kernelTier = ""

        package init() {}

        /// An upper bound of the encoded length, in bytes.
        package var encodedBytesMax: Int {
            // Tags and lengths take at most 16 bytes a field, numbers at most 16.
            let texts =
                features.flatMap { [$0.name] + ($0.categories ?? []) } + preparedFeatures
                + [name, kernelTier]
            return texts.reduce(64 + 32 * features.count) { $0 + 16 + $1.utf8.count }
        }
    }

    package var agent = ""
    /// The models that were asked for, sorted by name.
    package var models: [Model] = []
    package var rowsMax: UInt32 = 0
    package var frameBytesMax: UInt32 = 0
    package var streamsMax: UInt32 = 0

    package init() {}
}
