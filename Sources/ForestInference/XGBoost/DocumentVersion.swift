// SPDX-License-Identifier: Apache-2.0

/// The release of XGBoost that wrote a document.
///
/// Releases read some values differently, so that a document is scored as the release that wrote it
/// scores it. Every release that writes JSON also writes its version.
struct DocumentVersion: Comparable {
    let major: Int
    let minor: Int

    /// The newest major release whose documents are known.
    static let majorMax = 3

    /// Reads `[major, minor, patch]`.
    init(reader: inout some DocumentReader) throws(ForestError) {
        let numbers = try reader.integers(limit: 3)
        guard numbers.count == 3, numbers.allSatisfy({ $0 >= 0 }), numbers[0] > 0 else {
            throw .invalidValue(field: "version")
        }
        self.init(major: Int(numbers[0]), minor: Int(numbers[1]))
        guard major <= Self.majorMax else {
            let text = numbers.map { "\($0)" }.joined(separator: ".")
            throw .unsupported(.version(text))
        }
    }

    init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// From here on the base score of `binary:logitraw` is a margin; before, a probability.
    static let marginBases = DocumentVersion(major: 1, minor: 3)
    /// From here on a base score that is still to be estimated from the labels is a margin.
    static let lateBases = DocumentVersion(major: 3, minor: 1)

    /// From here on a base score that is a probability is kept away from 0 and 1.
    static let clippedBases = DocumentVersion(major: 3, minor: 2)
    /// From here on the quantiles that are predicted for a row do not cross.
    static let sortedQuantiles = DocumentVersion(major: 3, minor: 4)

    /// Whether the base margin is added after the leaves, rather than before them. Without leaves
    /// it matters to the sign of a zero.
    func addsBaseLast(treeCount: Int, isWeighed: Bool) -> Bool {
        if treeCount == 0 { return self < Self(major: 1, minor: 1) }
        return self < Self(major: 1, minor: isWeighed ? 4 : 3)
    }

    /// Whether DART's trees are predicted from the base margin before they are weighed.
    var weighsFromBase: Bool {
        self >= Self(major: 1, minor: 4) && self < Self(major: 3, minor: 3)
    }

    static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}
