// SPDX-License-Identifier: Apache-2.0

/// Where the value of each prepared column comes from, for models that look at values themselves.
struct FeatureInputs: Sendable {
    /// The source of one prepared column.
    enum Input: Sendable {
        /// A column of the numeric matrix, and its preparation.
        case number(column: Int, prepare: @Sendable (Float) -> Float)
        /// A column of the code matrix, the value of each code, and that of any other.
        case code(column: Int, values: [Float], unknown: Float)
    }

    /// One for each prepared column.
    let features: [Input]

    /// The prepared value of a feature.
    /// - Parameters:
    ///   - number: the value in a column of the numeric matrix.
    ///   - code: the code in a column of the code matrix.
    func value(
        feature: Int,
        number: (Int) -> Float,
        code: (Int) -> UInt8
    ) -> Float {
        switch features[feature] {
        case .number(let column, let prepare): return prepare(number(column))
        case .code(let column, let values, let unknown):
            let code = Int(code(column))
            return code < values.count ? values[code] : unknown
        }
    }
}
