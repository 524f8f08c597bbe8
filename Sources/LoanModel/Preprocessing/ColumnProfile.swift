// SPDX-License-Identifier: Apache-2.0

/// How the rows of a part lie over the bins of one column: what later rows are compared with.
///
/// It decides nothing that is computed of a row.
package struct ColumnProfile: Sendable, Equatable {
    /// How values are told apart.
    package enum Bins: Sendable, Equatable {
        /// A number belongs to the first bin whose edge is not below it; the last bin has none.
        case numbers(edges: [Float])
        /// Categories by their codes, ascending, with a bin each; where these are not all that
        /// there are, the others share one more bin.
        case categories(codes: [Int], categoryCount: Int)
    }

    /// How values are told apart.
    package let bins: Bins
    /// Rows in each bin.
    package let counts: [Int]
    /// Rows without a value.
    package let missingCount: Int
    /// Rows of a category that is none of the model's.
    package let unseenCount: Int

    /// Takes known counts.
    /// - Throws: `PreprocessorError.parameter` unless edges are finite and rise, codes are those of
    ///   categories and rise, both are within `ProfileLimits`, and each bin has a count of at least
    ///   0.
    package init(
        feature: String,
        bins: Bins,
        counts: [Int],
        missingCount: Int,
        unseenCount: Int = 0
    ) throws(PreprocessorError) {
        let sum = (counts + [missingCount, unseenCount]).reduce(UInt64(0)) {
            $0.addingReportingOverflow(UInt64(clamping: $1)).partialValue
        }
        guard bins.areValid, counts.count == bins.count,
            (counts + [missingCount, unseenCount]).allSatisfy({
                (0...Self.rowCountMax).contains($0)
            }), sum <= UInt64(Self.rowCountMax)
        else { throw .parameter(feature: feature, name: "profile") }
        self.bins = bins
        self.counts = counts
        self.missingCount = missingCount
        self.unseenCount = unseenCount
    }

    /// Rows that a profile has at most: sums of them do not overflow.
    package static let rowCountMax = 1 << 48

    /// Rows of all bins, and those without a value or category.
    package var rowCount: Int { counts.reduce(missingCount + unseenCount, +) }

    /// Whether the column holds categories.
    package var isOfCategories: Bool {
        if case .categories = bins { true } else { false }
    }
}

extension ColumnProfile.Bins {
    /// Bins, those of missing and unseen values apart.
    package var count: Int {
        switch self {
        case .numbers(let edges): edges.count + 1
        case .categories(let codes, let categoryCount):
            codes.count + (codes.count < categoryCount ? 1 : 0)
        }
    }

    fileprivate var areValid: Bool {
        switch self {
        case .numbers(let edges):
            edges.count <= ProfileLimits.edgeCountMax && edges.allSatisfy(\.isFinite)
                && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }
        case .categories(let codes, let categoryCount):
            (1...TableLimits.categoryCountMax).contains(categoryCount) && !codes.isEmpty
                && codes.count <= ProfileLimits.categoryBinCountMax
                && codes.allSatisfy { (0..<categoryCount).contains($0) }
                && zip(codes, codes.dropFirst()).allSatisfy { $0 < $1 }
        }
    }
}
