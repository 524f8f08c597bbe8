// SPDX-License-Identifier: Apache-2.0

extension Forest {
    /// The most that compiling the forest takes, in bytes, and this forest with it.
    ///
    /// Blocks have their size by tree, and by node where paths are longer than two blocks; they are
    /// there twice while they are built, and are given up beyond a limit. All else goes by nodes:
    /// 38 to 44 bytes each were measured, for forests as loaded, plans, code and what it is written
    /// to. Working memory goes by byte columns and conditions, of which a split makes one at most.
    public var compilingBytesMax: Int {
        let depth = heights().max() ?? 0
        // Shallow trees may have a block of keys too, and another one for raw rows.
        let treeBytes = depth > BlockForest.flatDepthMax ? 6_208 : 384 + 2 * 768
        let nodeBytes = depth > BlockForest.twoBlocksDepthMax ? 200 : 0
        // The trees of each output are padded to a multiple of 32.
        let treesMax = outputCount > 1 ? treeCount + outputCount * 32 : treeCount
        let blockBytes = treesMax * treeBytes + nodes.count * nodeBytes
        return nodes.count * 64 + 2 * min(BlockForest.bytesMax, blockBytes)
            + min(Self.scratchBytesMax, Self.tileBytesMax + nodes.count * 600)
            + (outputCount > 1 ? outputBytes : 0)
    }

    /// Its trees once more, as forests of one output each, and margins of a tile.
    private var outputBytes: Int {
        nodes.count * 20 + outputCount * Self.outputBytesMax + Self.marginBytesMax
    }

    /// Bytes of what an output has in addition to its trees.
    private static let outputBytesMax = 16 << 10
    /// Bytes of the margins that wait for other outputs.
    private static let marginBytesMax = 10 << 20

    /// Bytes of a scratch where few conditions let several blocks be scored together.
    private static let tileBytesMax = 5 << 20
    /// Bytes of a scratch with the most byte columns and the most conditions.
    private static let scratchBytesMax = 32 << 20
}
