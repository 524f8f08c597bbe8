// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import LoanModel
internal import Protobuf

/// The message's content as values, before they are validated.
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
private struct StoredRange {
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
