// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import LoanModel
internal import Protobuf

/// What was learned of one column, as values before they are validated.
struct StoredColumn {
    private let range: StoredRange?
    private let fill: Double
    private let lambda: Double
    private let mean: Double
    private let scale: Double
    private let categories: [String]
    private let rare: [String]

    // The message is valid during this call; everything is copied out of it.
    init(_ message: borrowing LoanDefault__V1__FittedColumn) {
        range = unsafe StoredRange(message.range)
        fill = unsafe message.fill
        lambda = unsafe message.lambda
        mean = unsafe message.mean
        scale = unsafe message.scale
        categories = unsafe repeatedPointees(message.n_categories, message.categories) {
            unsafe decodedText($0)
        }
        rare = unsafe repeatedPointees(message.n_rare_categories, message.rare_categories) {
            unsafe decodedText($0)
        }
    }

    /// The step that the schema asks for.
    func feature(_ feature: Feature) throws(PreprocessorError) -> FittedFeature {
        let name = feature.name
        let range = try range?.checked(of: name)
        switch feature.preparation {
        case .number(.median, .none):
            return .impute(try MedianImputer(feature: name, median: fill, range: range))
        case .number(.left, .yeoJohnson):
            return .power(
                try PowerTransform(
                    feature: name,
                    lambda: lambda,
                    mean: mean,
                    scale: scale,
                    range: range
                )
            )
        case .number(.left, .none), .boolean(.left):
            return .unchanged(UnchangedNumber(feature: name, range: range))
        case .number(let missing, let transform):
            return .number(try number(name, missing, transform, range))
        case .boolean(let missing): return .number(try number(name, missing, .none, range))
        case .date(let parts):
            return .date(try FittedDate(feature: name, parts: parts, range: range))
        case .category(.oneHot):
            return .oneHot(try OneHotEncoder(feature: name, categories: categories, rare: rare))
        case .category(.ordinal(let order)):
            return .codes(
                try CategoryCodes(
                    feature: name,
                    categories: order.isEmpty ? categories : order,
                    rare: rare,
                    isNative: false,
                    isOrdered: !order.isEmpty
                )
            )
        case .category(.native):
            return .codes(
                try CategoryCodes(
                    feature: name,
                    categories: categories,
                    rare: rare,
                    isNative: true,
                    isOrdered: false
                )
            )
        }
    }

    private func number(
        _ name: String,
        _ missing: Feature.Missing,
        _ transform: Feature.Transform,
        _ range: TrainingRange?
    ) throws(PreprocessorError) -> FittedNumber {
        let scaling: FittedNumber.Scaling =
            switch transform {
            case .none: .none
            case .standardize: .standard(mean: mean, scale: scale)
            case .yeoJohnson: .yeoJohnson(lambda: lambda, mean: mean, scale: scale)
            }
        return try FittedNumber(
            feature: name,
            missing: missing,
            fill: missing == .left ? nil : fill,
            scaling: scaling,
            range: range
        )
    }
}
