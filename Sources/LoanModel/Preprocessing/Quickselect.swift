// SPDX-License-Identifier: Apache-2.0

// Selection of the k-th smallest value: C. A. R. Hoare, "Algorithm 65: find", CACM 4 (1961) 321,
// doi 10.1145/366622.366647, with the median of three as pivot. Expected linear time; ties are
// exchanged, so that constant columns are no worst case.

/// Selection without sorting.
enum Quickselect {
    /// The value that sorting would put at `index`. Reorders `values` so that those before `index`
    /// are no greater and those after it no less.
    /// - Precondition: `index` is in range and no value is NaN.
    static func select(_ index: Int, of values: inout [Float]) -> Float {
        var low = 0
        var high = values.count - 1
        while low < high {
            let pivot = medianOfThree(values[low], values[low + (high - low) / 2], values[high])
            let (left, right) = partition(&values, low, high, pivot)
            if index <= right {
                high = right
            } else if index >= left {
                low = left
            } else {
                return values[index]
            }
        }
        return values[index]
    }

    /// Divides `low ... high`: up to `right` no greater than `pivot`, from `left` on no less.
    private static func partition(
        _ values: inout [Float],
        _ low: Int,
        _ high: Int,
        _ pivot: Float
    ) -> (left: Int, right: Int) {
        var left = low
        var right = high
        var span = values.mutableSpan
        while left <= right {
            while span[left] < pivot { left += 1 }
            while span[right] > pivot { right -= 1 }
            if left <= right {
                span.swapAt(left, right)
                left += 1
                right -= 1
            }
        }
        return (left, right)
    }

    private static func medianOfThree(_ a: Float, _ b: Float, _ c: Float) -> Float {
        max(min(a, b), min(max(a, b), c))
    }
}
