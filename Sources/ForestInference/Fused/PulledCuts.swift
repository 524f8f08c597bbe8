// SPDX-License-Identifier: Apache-2.0

/// Cuts of a prepared column, pulled back through its transform to raw values.
///
/// For a rising transform f, `cut <= f(x)` holds exactly from some raw value on: the smallest float
/// whose image reaches the cut, found by binary search over the ordered floats. Ranks among these
/// raw cuts are the ranks of the transformed values, bit for bit. Rounding may make a transform
/// wobble where it should rise, so neighbors of every cut, both ends of the floats and points all
/// over the line are compared with the transform itself; a column that fails is not pulled back.
struct PulledCuts {
    /// Raw cuts, sorted; NaN where no raw value reaches the cut.
    let cuts: [Float]

    /// Floats compared on either side of each cut.
    private static let neighborCount = 64
    /// Points compared all over the line.
    private static let sampleCount = 2_048

    /// Pulls sorted `preparedCuts` back through `transform`; nil if that is not exact.
    init?(_ preparedCuts: [Float], transform: (Float) -> Float) {
        let low = Self.key(-.infinity)
        let high = Self.key(.infinity)
        cuts = preparedCuts.map { cut in
            var first = low
            var end = high + 1
            while first < end {
                let middle = first + (end - first) / 2
                if transform(Self.value(middle)) >= cut { end = middle } else { first = middle + 1 }
            }
            return first > high ? .nan : Self.value(first)
        }
        let reached = cuts.prefix { !$0.isNaN }
        guard cuts[reached.endIndex...].allSatisfy(\.isNaN) else { return nil }
        guard zip(reached, reached.dropFirst()).allSatisfy({ $0 <= $1 }) else { return nil }
        let rawCuts = Array(reached)
        func isExact(_ key: Int64) -> Bool {
            let value = Self.value(key)
            let image = transform(value)
            guard !image.isNaN else { return false }
            return Self.rank(value, rawCuts) == Self.rank(image, preparedCuts)
        }
        for cut in reached {
            let center = Self.key(cut)
            let near =
                max(
                    low,
                    center - Int64(Self.neighborCount)
                )...min(
                    high,
                    center + Int64(Self.neighborCount)
                )
            guard near.allSatisfy(isExact) else { return nil }
        }
        let step = (high - low) / Int64(Self.sampleCount)
        guard stride(from: low, through: high, by: Int(step)).allSatisfy(isExact),
            isExact(high), isExact(Self.key(0)), !transform(-0.0).isNaN,
            Self.rank(transform(-0.0), preparedCuts) == Self.rank(transform(0), preparedCuts)
        else { return nil }
    }

    /// Whether some raw value could have this rank: kernels that compare values need one that
    /// stands for a missing value.
    func separates(rank: Int) -> Bool {
        guard rank > 0, rank < cuts.count else { return true }
        return !cuts[rank - 1].isNaN && !(cuts[rank] <= cuts[rank - 1])
    }

    private static func rank(_ value: Float, _ cuts: [Float]) -> Int {
        var low = 0
        var high = cuts.count
        while low < high {
            let middle = (low + high) / 2
            if cuts[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Floats in order as consecutive integers; both zeros are 0.
    private static func key(_ value: Float) -> Int64 {
        let bits = Int64(value.bitPattern & 0x7FFF_FFFF)
        return value.sign == .minus ? -bits : bits
    }

    private static func value(_ key: Int64) -> Float {
        let magnitude = Float(bitPattern: UInt32(abs(key)))
        return key < 0 ? -magnitude : magnitude
    }
}
