// SPDX-License-Identifier: Apache-2.0

extension Feature {
    /// What preprocessing does to a column.
    package enum Preparation: Sendable, Hashable {
        /// A missing value is replaced first, and then the number is transformed.
        case number(missing: Missing, transform: Transform)
        /// A category becomes one or several numbers.
        case category(Encoding)
        /// 0 or 1, with or without a replacement for a missing value.
        case boolean(missing: Missing)
        /// One column for each of these parts, in their order; missing stays missing.
        case date(parts: [DatePart])

        /// A missing value becomes the median of the training part.
        package static let imputeMedian = number(missing: .median, transform: .none)
        /// Yeo-Johnson power transform, then standardization; missing stays missing.
        package static let powerTransform = number(missing: .left, transform: .yeoJohnson)
        /// A number as it is; missing stays missing.
        package static let unchanged = number(missing: .left, transform: .none)
        /// One column of 0 and 1 per category; unknown and missing are all zeros.
        package static let oneHot = category(.oneHot)
    }

    /// What a missing number becomes.
    package enum Missing: Sendable, Hashable {
        /// It stays missing: XGBoost has a way for it.
        case left
        /// The median of the training part.
        case median
        /// The mean of the training part.
        case mean
        /// This value, which is finite as a float32.
        case constant(Double)
    }

    /// What a number becomes.
    package enum Transform: Sendable, Hashable {
        /// Itself.
        case none
        /// Its distance from the mean, in standard deviations.
        case standardize
        /// Its Yeo-Johnson transform with the most likely lambda, standardized.
        case yeoJohnson
    }

    /// What a category becomes.
    package enum Encoding: Sendable, Hashable {
        /// One column of 0 and 1 for each category of the training part.
        case oneHot
        /// Its place, from 0, in this order; missing and unknown are missing. Where the order is
        /// empty, that of the UTF-8 bytes among the categories of the training part.
        case ordinal(order: [String])
        /// Its place, as for `ordinal`, which XGBoost splits on as a set of categories.
        case native
    }

    /// A number that a date becomes.
    package enum DatePart: String, Sendable, Hashable, CaseIterable {
        /// Days since 1970-01-01.
        case days
        /// The year of the Gregorian calendar.
        case year
        /// 1 to 12.
        case month
        /// 0 for Monday to 6 for Sunday.
        case weekday
    }
}
