// SPDX-License-Identifier: Apache-2.0

/// The area under the ROC curve, by ranks: the share of (default, non-default) pairs that the
/// probabilities order right, ties counting one half.
///
/// Equal to scikit-learn's `roc_auc_score` up to rounding: all sums are of integers, in halves.
/// Source: Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747 (the Mann-Whitney form).
///
/// - Returns: a value in 0...1; NaN when one class is absent.
package func areaUnderROC(labels: Span<Float>, probabilities: Span<Float>) -> Double {
    var keys: [UInt64] = []
    keys.reserveCapacity(labels.count)
    for row in labels.indices {
        // Non-negative floats order like their bits; the label rides in the lowest bit.
        let key = UInt64(probabilities[row].bitPattern) << 1
        keys.append(key | (labels[row] > 0.5 ? 1 : 0))
    }
    keys.sort()
    var negativesBelow = 0
    var positives = 0
    var pairsInHalves = 0
    var start = 0
    while start < keys.count {
        var end = start
        var tiedPositives = 0
        while end < keys.count, keys[end] >> 1 == keys[start] >> 1 {
            tiedPositives += Int(keys[end] & 1)
            end += 1
        }
        let tiedNegatives = end - start - tiedPositives
        pairsInHalves += tiedPositives * (2 * negativesBelow + tiedNegatives)
        negativesBelow += tiedNegatives
        positives += tiedPositives
        start = end
    }
    guard positives > 0, negativesBelow > 0 else { return .nan }
    return Double(pairsInHalves) / (2 * Double(positives) * Double(negativesBelow))
}

/// The same where rows count differently: pairs count the product of their weights.
/// - Parameter weights: at least 0, one for each row.
package func areaUnderROC(
    labels: Span<Float>,
    probabilities: Span<Float>,
    weights: [Float]
) -> Double {
    var keys: [WeightedKey] = []
    keys.reserveCapacity(labels.count)
    for row in labels.indices {
        keys.append(WeightedKey(labels[row], probabilities[row], weights[row]))
    }
    keys.sort()
    var (negativesBelow, positives, pairs) = (0.0, 0.0, 0.0)
    var start = 0
    while start < keys.count {
        var end = start
        var (tiedPositives, tiedNegatives) = (0.0, 0.0)
        while end < keys.count, keys[end].isTied(with: keys[start]) {
            if keys[end].isPositive {
                tiedPositives += keys[end].weight
            } else {
                tiedNegatives += keys[end].weight
            }
            end += 1
        }
        pairs += tiedPositives * (negativesBelow + tiedNegatives / 2)
        negativesBelow += tiedNegatives
        positives += tiedPositives
        start = end
    }
    guard positives > 0, negativesBelow > 0 else { return .nan }
    return min(1, pairs / (positives * negativesBelow))
}
