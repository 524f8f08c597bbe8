// SPDX-License-Identifier: Apache-2.0

/// How raw columns become the prepared columns a forest was trained on.
public struct RawInputs: Sendable {
    /// A raw number as one prepared column. Several of them may have one source.
    public struct NumericColumn: Sendable {
        /// The prepared column.
        public let feature: Int
        /// The raw column of the numeric matrix; nil where it is this one's place in `numeric`.
        public let source: Int?
        /// The raw value that stands in for a missing one; nil keeps it missing.
        public let imputation: Float?
        /// The exact preparation of a raw value, rounded to float32; nil leaves it as it is.
        /// Applied after imputation. A missing value that is not imputed stays missing.
        public let transform: (@Sendable (Float) -> Float)?
        /// Whether the transform rises, so that it may be pulled back into cuts; one that does not
        /// is applied value by value.
        public let isRising: Bool

        /// One raw column; see the properties.
        public init(
            feature: Int,
            source: Int? = nil,
            imputation: Float? = nil,
            isRising: Bool = true,
            transform: (@Sendable (Float) -> Float)? = nil
        ) {
            self.feature = feature
            self.source = source
            self.imputation = imputation
            self.transform = transform
            self.isRising = isRising
        }

        /// Whether a raw value is the prepared one.
        var isUnchanged: Bool { imputation == nil && transform == nil }

        /// The prepared value of raw value `value`: what scoring must equal.
        public func prepared(_ value: Float) -> Float {
            let known = value.isNaN ? imputation ?? .nan : value
            guard let transform, !known.isNaN else { return known }
            return transform(known)
        }
    }

    /// A raw category that sets some prepared columns, as one-hot encoding does.
    public struct CategoryColumn: Sendable {
        /// Codes a column may have: 0 to 62. All others are unknown.
        public static let codesMax = 63
        /// The prepared columns.
        public let features: [Int]
        /// For each code the values of `features`.
        public let values: [[Float]]
        /// The values of a missing or unknown code (255, or any without an entry).
        public let unknown: [Float]

        /// One raw column; see the properties.
        public init(features: [Int], values: [[Float]], unknown: [Float]) {
            self.features = features
            self.values = values
            self.unknown = unknown
        }

        /// Code `i` sets column `features[i]` to 1 and the others to 0; unknown sets none.
        public static func oneHot(features: [Int]) -> Self {
            let values = features.indices.map { code in
                features.indices.map { $0 == code ? Float(1) : 0 }
            }
            return Self(
                features: features,
                values: values,
                unknown: [Float](repeating: 0, count: features.count)
            )
        }
    }

    /// What raw float32 columns become: one for each column of the numeric matrix in its order,
    /// or any number for each that they name as their source.
    public var numeric: [NumericColumn]
    /// Raw uint8 columns, in the order of the code matrix.
    public var categories: [CategoryColumn]

    /// Columns of the numeric matrix.
    public var numericColumnCount: Int {
        numeric.enumerated().reduce(0) { max($0, ($1.element.source ?? $1.offset) + 1) }
    }

    /// Describes all raw columns.
    public init(numeric: [NumericColumn], categories: [CategoryColumn]) {
        self.numeric = numeric
        self.categories = categories
    }
}

/// Why raw inputs do not fit a forest.
public enum RawInputsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A prepared column is set by no raw column, or by more than one.
    case feature(Int, sources: Int)
    /// A raw column names a prepared column the forest does not have.
    case unknownFeature(Int)
    /// Category column number `column` has too many codes, or values of another length.
    case category(column: Int)

    /// What is wrong: a sentence without its end.
    public var description: String {
        switch self {
        case .feature(let feature, let sources):
            "prepared column \(feature) is made from \(sources) raw columns, and must be from one"
        case .unknownFeature(let feature): "the model has no prepared column \(feature)"
        case .category(let column):
            "raw category column \(column) has too many codes, or values of another length"
        }
    }
}
