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
        let treeBytes = depth > BlockForest.flatDepthMax ? 6_208 : 384
        let nodeBytes = depth > BlockForest.twoBlocksDepthMax ? 200 : 0
        let blockBytes = treeCount * treeBytes + nodes.count * nodeBytes
        return nodes.count * 64 + 2 * min(BlockForest.bytesMax, blockBytes)
            + min(Self.scratchBytesMax, Self.tileBytesMax + nodes.count * 600)
    }

    /// Bytes of a scratch where few conditions let several blocks be scored together.
    private static let tileBytesMax = 5 << 20
    /// Bytes of a scratch with the most byte columns and the most conditions.
    private static let scratchBytesMax = 32 << 20
}
