// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import LoanModel
internal import Protobuf

/// A stored preprocessor's content as values, before they are validated.
enum StoredParts {
    /// Of the documented table.
    case documented(StoredColumns)
    /// Of the table that the schema describes; one for each feature, in the order of the matrix.
    case columns(TableSchema, [StoredColumn])

    // The message is valid during this call; everything is copied out of it.
    init(_ message: borrowing LoanDefault__V1__Preprocessor) throws(ArtifactError) {
        guard let stored = unsafe message.schema else {
            self = unsafe .documented(StoredColumns(message))
            return
        }
        let schema = try unsafe StoredSchema.schema(stored.pointee)
        let columns = unsafe repeatedPointees(message.n_columns, message.columns) {
            unsafe StoredColumn($0.pointee)
        }
        guard columns.count == schema.features.count else {
            throw .invalid(field: "columns", problem: "there is not one for each feature")
        }
        self = .columns(schema, columns)
    }

    /// - Parameter profiles: one for each feature, in the order of the matrix, or none.
    func preprocessor(
        _ profiles: [StoredProfile]
    ) throws(PreprocessorError) -> Preprocessor {
        switch self {
        case .documented(let columns):
            let features = try columns.features()
            return try Preprocessor(
                schema: .creditRisk,
                features: features,
                profiles: Self.checked(profiles, features)
            )
        case .columns(let schema, let columns):
            var features: [FittedFeature] = []
            for (index, column) in zip(schema.preparedOrder, columns) {
                features.append(try column.feature(schema.features[index]))
            }
            return try Preprocessor(
                schema: schema,
                features: features,
                profiles: Self.checked(profiles, features)
            )
        }
    }

    private static func checked(
        _ profiles: [StoredProfile],
        _ features: [FittedFeature]
    ) throws(PreprocessorError) -> [ColumnProfile] {
        var checked: [ColumnProfile] = []
        for (place, profile) in profiles.enumerated() {
            let isKnown = features.indices.contains(place)
            checked.append(try profile.checked(of: isKnown ? features[place].name : "a column"))
        }
        return checked
    }
}

/// What was learned of the documented table's columns.
struct StoredColumns {
    private var imputed: [(name: String, median: Double, range: StoredRange?)]
    private var power:
        [(name: String, lambda: Double, mean: Double, scale: Double, range: StoredRange?)]
    private var oneHot: [(name: String, categories: [String])]

    // The message is valid during this call; everything is copied out of it.
    init(_ message: borrowing LoanDefault__V1__Preprocessor) {
        imputed = unsafe repeatedPointees(message.n_imputed, message.imputed) {
            unsafe (decodedText($0.pointee.name), $0.pointee.median, StoredRange($0.pointee.range))
        }
        power = unsafe repeatedPointees(message.n_power, message.power) {
            unsafe (
                decodedText($0.pointee.name), $0.pointee.lambda, $0.pointee.mean, $0.pointee.scale,
                StoredRange($0.pointee.range)
            )
        }
        oneHot = unsafe repeatedPointees(message.n_one_hot, message.one_hot) { column in
            let categories = unsafe repeatedPointees(
                column.pointee.n_categories,
                column.pointee.categories
            ) { unsafe decodedText($0) }
            return unsafe (decodedText(column.pointee.name), categories)
        }
    }

    func features() throws(PreprocessorError) -> [FittedFeature] {
        var features: [FittedFeature] = []
        for column in imputed {
            features.append(
                .impute(
                    try MedianImputer(
                        feature: column.name,
                        median: column.median,
                        range: try column.range?.checked(of: column.name)
                    )
                )
            )
        }
        for column in power {
            features.append(
                .power(
                    try PowerTransform(
                        feature: column.name,
                        lambda: column.lambda,
                        mean: column.mean,
                        scale: column.scale,
                        range: try column.range?.checked(of: column.name)
                    )
                )
            )
        }
        for (name, categories) in oneHot {
            features.append(.oneHot(try OneHotEncoder(feature: name, categories: categories)))
        }
        return features
    }
}

/// The bounds of one column as they are stored.
struct StoredRange {
    private let minimum: Float
    private let maximum: Float
    private let low: Float
    private let high: Float

    /// Nil without a message. The pointer is valid during this call.
    init?(_ message: UnsafeMutablePointer<LoanDefault__V1__ValueRange>?) {
        guard let message = unsafe message else { return nil }
        minimum = unsafe message.pointee.minimum
        maximum = unsafe message.pointee.maximum
        low = unsafe message.pointee.low
        high = unsafe message.pointee.high
    }

    func checked(of feature: String) throws(PreprocessorError) -> TrainingRange {
        try TrainingRange(
            feature: feature,
            minimum: minimum,
            maximum: maximum,
            low: low,
            high: high
        )
    }
}
