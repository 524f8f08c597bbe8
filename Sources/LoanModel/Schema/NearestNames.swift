// SPDX-License-Identifier: Apache-2.0

// The edit distance of V. I. Levenshtein (1966), by the rows of R. A. Wagner and M. J. Fischer,
// "The String-to-String Correction Problem", JACM 21 (1974) 168, doi 10.1145/321796.321811.
//
// Limits: the first 64 bytes of a name, and the first 4,096 names.

/// Finds the names that a misspelled one may stand for.
package enum NearestNames {
    private static let bytesMax = 64
    private static let namesMax = 4_096

    /// At most three names, the nearest first.
    package static func find(_ name: String, among names: [String]) -> [String] {
        let wanted = Array(name.lowercased().utf8.prefix(bytesMax))
        return names.prefix(namesMax)
            .map {
                (name: $0, distance: distance(wanted, Array($0.lowercased().utf8.prefix(bytesMax))))
            }
            .sorted { $0.distance < $1.distance }
            .prefix(3).map(\.name)
    }

    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let changed = diagonal + (byte == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(changed, diagonal + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}
