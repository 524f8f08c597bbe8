// SPDX-License-Identifier: Apache-2.0

/// Lets callers check that codes and columns mean what they expect.
enum SchemaFingerprint {
    /// FNV-1a (64 bits) over names and categories, each ended by a byte that no UTF-8 text holds.
    /// Source: Fowler, Noll, Vo, draft-eastlake-fnv. Never 0, which asks for no check.
    static func of(_ features: [ServedModel.Feature], preparedNames: [String]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ text: String, end: UInt8) {
            for byte in Array(text.utf8) + [end] {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
            }
        }
        for feature in features {
            add(feature.name, end: 0xFE)
            for category in feature.categories { add(category, end: 0xFF) }
        }
        for name in preparedNames { add(name, end: 0xFD) }
        return max(1, hash)
    }
}
