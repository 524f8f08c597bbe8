// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

/// One column whose rows are counted: the bins that its profile has, in the cells of `DriftCells`.
struct DriftColumn: Sendable {
    /// What the bin of missing values is called in metrics.
    static let missingLabel = "missing"
    /// What the bin of categories that the model does not know is called in metrics.
    static let unseenLabel = "unseen"
    /// What the bin is called that the categories of fewest rows share.
    static let othersLabel = "others"

    let name: String
    let profile: ColumnProfile
    /// The categories, by their codes; none of a number.
    private let categories: [String]
    /// One for each bin, then one for missing values, then, of a category, one for unseen ones.
    let cells: Range<Int>

    /// Takes the next cells.
    /// - Precondition: the profile is one of this column.
    init(_ name: String, _ profile: ColumnProfile, categories: [String] = [], at start: Int) {
        self.name = name
        self.profile = profile
        self.categories = categories
        cells = start..<start + Self.cellCount(profile)
    }

    /// Cells that a column with a profile takes.
    static func cellCount(_ profile: ColumnProfile) -> Int {
        profile.bins.count + (profile.isOfCategories ? 2 : 1)
    }

    /// Rows of the profile by cell.
    var expected: [Int] {
        let counts = profile.counts + [profile.missingCount]
        return profile.isOfCategories ? counts + [profile.unseenCount] : counts
    }

    /// The cell of missing values.
    var missing: Int { cells.lowerBound + profile.bins.count }

    /// What the bins are called in metrics: those of numbers by their place from 1, categories by
    /// their names where these are short and mean nothing else.
    var labels: [String] {
        var labels: [String]
        switch profile.bins {
        case .numbers(let edges): labels = (1...edges.count + 1).map { "\($0)" }
        case .categories(let codes, _):
            labels = codes.map { code in
                let name = categories[code]
                let isTaken = [Self.missingLabel, Self.unseenLabel, Self.othersLabel].contains(name)
                let isLong = name.utf8.count > DriftLimits.labelBytesMax
                return isTaken || isLong ? "category \(code)" : name
            }
            if labels.count < profile.bins.count { labels.append(Self.othersLabel) }
        }
        labels.append(Self.missingLabel)
        return profile.isOfCategories ? labels + [Self.unseenLabel] : labels
    }

    /// What a bin is: the values up to an edge, a category, or others.
    func content(ofBin bin: Int) -> DriftBin.Content {
        switch profile.bins {
        case .numbers(let edges): .upTo(edges.indices.contains(bin) ? edges[bin] : nil)
        case .categories(let codes, _):
            codes.indices.contains(bin) ? .category(categories[codes[bin]]) : .others
        }
    }

    /// The bin of each code.
    var binsOfCodes: [Int] {
        guard case .categories(let codes, let categoryCount) = profile.bins else { return [] }
        var bins = [Int](repeating: codes.count, count: categoryCount)
        for (bin, code) in codes.enumerated() { bins[code] = bin }
        return bins
    }
}
