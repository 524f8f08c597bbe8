// SPDX-License-Identifier: Apache-2.0

/// The number of a context within its stream.
package struct ContextNumber: RawRepresentable, Sendable, Hashable {
    /// Above 0.
    package let rawValue: UInt32

    /// A context by its number.
    package init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// What decisions are made with: enough to make them again.
package struct DecisionContext: Sendable, Equatable {
    /// A feature of the model.
    package struct Feature: Sendable, Equatable {
        /// What its values are.
        package enum Kind: UInt32, Sendable, CaseIterable {
            case number = 0
            case category = 1
            case boolean = 2
            case date = 3
        }

        /// Its name.
        package var name: String
        /// What its values are.
        package var kind: Kind
        /// Whether its values are codes; else they are numbers.
        package var isCode: Bool
        /// The texts of codes, from 0 on.
        package var categories: [String]

        /// Gathers the values.
        package init(name: String, kind: Kind, isCode: Bool = false, categories: [String] = []) {
            self.name = name
            self.kind = kind
            self.isCode = isCode
            self.categories = categories
        }
    }

    /// The name that callers know.
    package var model: String
    /// The stored generation; empty for a model that another tool stored.
    package var generation: String
    /// SHA-256 of the stored model.
    package var modelDigest: [UInt8]
    /// SHA-256 of the stored preprocessor; empty where there is none.
    package var preprocessorDigest: [UInt8]
    /// SHA-256 of the policy; empty for the standard one.
    package var policyDigest: [UInt8]
    /// Version and revision of the program.
    package var build: String
    /// What the predictions are.
    package var kind: String
    /// In the model's order; of a prepared context, the columns of the matrix.
    package var features: [Feature]
    /// Values of a row.
    package var valueCount: Int
    /// Margins of a row.
    package var marginCount: Int
    /// The kernels that run.
    package var kernels: [String]
    /// Whether callers send rows of the prepared matrix.
    package var isPrepared: Bool
    /// Names of the policy's bands, in order.
    package var bands: [String]
    /// Codes of the policy's rules, in order.
    package var rules: [String]
    /// Which iterations are scored, in words; empty: as usual.
    package var iterations: String
    /// SHA-256 of the document that reasons take the covers from; empty where the model has them.
    package var coversDigest: [UInt8]
    /// What the model was trained for, as XGBoost calls it.
    package var objective: String

    /// Gathers the values.
    package init(
        model: String,
        generation: String,
        modelDigest: [UInt8],
        preprocessorDigest: [UInt8] = [],
        policyDigest: [UInt8] = [],
        build: String,
        kind: String,
        features: [Feature],
        valueCount: Int = 1,
        marginCount: Int = 1,
        kernels: [String] = [],
        isPrepared: Bool = false,
        bands: [String] = [],
        rules: [String] = [],
        iterations: String = "",
        coversDigest: [UInt8] = [],
        objective: String = ""
    ) {
        self.model = model
        self.generation = generation
        self.modelDigest = modelDigest
        self.preprocessorDigest = preprocessorDigest
        self.policyDigest = policyDigest
        self.build = build
        self.kind = kind
        self.features = features
        self.valueCount = valueCount
        self.marginCount = marginCount
        self.kernels = kernels
        self.isPrepared = isPrepared
        self.bands = bands
        self.rules = rules
        self.iterations = iterations
        self.coversDigest = coversDigest
        self.objective = objective
    }
}
