// SPDX-License-Identifier: Apache-2.0

/// Finds the rows of a matrix that equal each other.
package enum EqualRowClusters {
    /// A number for each row, the same for rows with equal cells. Rows are compared by 64 bits of a
    /// hash: a collision keeps two rows together that could be apart.
    /// - Parameter columns: column-major, shape (rowCount, columns).
    package static func find(_ columns: [Float], rowCount: Int) -> [UInt32] {
        var hashes = [UInt64](repeating: 0x9E37_79B9_7F4A_7C15, count: rowCount)
        var start = 0
        while start < columns.count {
            for row in 0..<rowCount {
                let value = columns[start + row]
                // The two zeros are equal, and so are all missing values.
                let bits = value.isNaN ? Float.nan.bitPattern : (value + 0).bitPattern
                hashes[row] = mixed(hashes[row] ^ UInt64(bits))
            }
            start += rowCount
        }
        var places: [UInt64: UInt32] = [:]
        return hashes.map { hash in
            let next = UInt32(clamping: places.count)
            let place = places[hash] ?? next
            if place == next { places[hash] = place }
            return place
        }
    }

    /// The finalizer of MurmurHash3, a bijection.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var hash = value
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ (hash >> 33)
    }
}
