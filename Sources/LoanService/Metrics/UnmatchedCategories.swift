// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
package import Observability

/// Counts the values of one category feature that match no category of the model. They are scored
/// as none: what is misspelt shows here.
package struct UnmatchedCategories: Sendable {
    /// Values that are given and that the model does not know.
    package let unknown: CounterSeries
    /// Values that are missing.
    package let missing: CounterSeries

    init(unknown: CounterSeries, missing: CounterSeries) {
        self.unknown = unknown
        self.missing = missing
    }

    /// Counts among the codes of some rows.
    func count(_ codes: Span<UInt8>) {
        guard Self.highest(codes) >= CategoryVocabulary.unknown else { return }
        var (unknownCount, missingCount) = (0, 0)
        for index in codes.indices {
            unknownCount &+= codes[index] == CategoryVocabulary.unknown ? 1 : 0
            missingCount &+= codes[index] == CategoryVocabulary.missing ? 1 : 0
        }
        if unknownCount > 0 { unknown.increment(by: Int64(unknownCount)) }
        if missingCount > 0 { missing.increment(by: Int64(missingCount)) }
    }

    /// Counts among the numbers that stand for the codes of some rows.
    func count(numbers: Span<Float>) {
        var (unknownCount, missingCount) = (0, 0)
        for index in numbers.indices where numbers[index].isNaN {
            if CategoryVocabulary.isUnknown(numbers[index]) {
                unknownCount += 1
            } else {
                missingCount += 1
            }
        }
        if unknownCount > 0 { unknown.increment(by: Int64(unknownCount)) }
        if missingCount > 0 { missing.increment(by: Int64(missingCount)) }
    }

    // Apart from the counting, so that the loop becomes one over vectors: most columns match.
    @inline(never)
    private static func highest(_ codes: Span<UInt8>) -> UInt8 {
        var highest: UInt8 = 0
        for index in codes.indices { highest = max(highest, codes[index]) }
        return highest
    }
}
