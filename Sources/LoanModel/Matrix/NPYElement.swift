// SPDX-License-Identifier: Apache-2.0

/// The type of the cells of an `.npy` file, and how one becomes float32: rounded to the nearest, as
/// numpy's `astype(float32)` has it. What is beyond float32 becomes infinite, which its readers
/// refuse.
package struct NPYElement: Sendable, Equatable {
    /// What the bytes of a cell mean.
    package enum Kind: Sendable, Equatable {
        case float, signed, unsigned, boolean
    }

    /// Little-endian float32, which matrices are written in.
    package static let float32 = NPYElement(kind: .float, byteCount: 4, isBigEndian: false)

    /// Little-endian whole numbers of 32 bits with a sign.
    package static let int32 = NPYElement(kind: .signed, byteCount: 4, isBigEndian: false)

    /// What the bytes of a cell mean.
    package let kind: Kind
    /// Bytes of a cell: 1, 2, 4 or 8.
    package let byteCount: Int
    /// Whether the first byte is the highest.
    package let isBigEndian: Bool

    private init(kind: Kind, byteCount: Int, isBigEndian: Bool) {
        self.kind = kind
        self.byteCount = byteCount
        self.isBigEndian = isBigEndian
    }

    /// Reads numpy's description, such as `<f8`: the order of bytes, the kind, the number of bytes.
    /// - Returns: nil for a type that is not read.
    package init?(dtype: String) {
        let kinds: [Character: (Kind, sizes: [Int])] = [
            "f": (.float, [2, 4, 8]), "i": (.signed, [1, 2, 4, 8]), "u": (.unsigned, [1, 2, 4, 8]),
            "b": (.boolean, [1]),
        ]
        guard let order = dtype.first,
            let (kind, sizes) = dtype.dropFirst().first.flatMap({ kinds[$0] }),
            let size = Int(dtype.dropFirst(2)), sizes.contains(size),
            // Only a single byte has no order.
            order == "<" || order == ">" || order == "|" && size == 1
        else { return nil }
        self.init(kind: kind, byteCount: size, isBigEndian: order == ">" && size > 1)
    }

    /// NumPy's description of it.
    var dtype: String {
        let letter =
            switch kind {
            case .float: "f"
            case .signed: "i"
            case .unsigned: "u"
            case .boolean: "b"
            }
        let order = byteCount == 1 ? "|" : isBigEndian ? ">" : "<"
        return order + letter + "\(byteCount)"
    }

    /// The cell whose bytes are the lowest ones of `bits`, in the order of this machine.
    func value(_ bits: UInt64) -> Float {
        switch (kind, byteCount) {
        case (.float, 2): Float(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
        case (.float, 4): Float(bitPattern: UInt32(truncatingIfNeeded: bits))
        case (.float, _): Float(Double(bitPattern: bits))
        case (.unsigned, _): Float(bits)
        case (.signed, _):
            // The sign is moved to the top and back again.
            Float(Int64(bitPattern: bits << (64 - 8 * byteCount)) >> (64 - 8 * byteCount))
        case (.boolean, _): bits == 0 ? 0 : 1
        }
    }
}
