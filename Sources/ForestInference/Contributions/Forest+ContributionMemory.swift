// SPDX-License-Identifier: Apache-2.0

import CForestKernels

extension Forest {
    /// The most that making ``ForestContributions`` of the forest takes, in bytes.
    ///
    /// Of a split: two steps, its constants at each point, and itself among those for one row at a
    /// time, whose levels are filled up. All of that is there three times at most: what is written,
    /// with the room that arrays have in advance, and what the kernels read.
    public var contributingBytesMax: Int {
        guard linear == nil else { return 0 }
        let height = Int(heights().max() ?? 0)
        let pointsMax = max(1, (min(height, featureCount) + 1) / 2)
        let splitBytes =
            2 * MemoryLayout<cfk_contribution_step>.stride
            + (Self.splitConstants + 3 * pointsMax) * MemoryLayout<Float>.stride
            + LaneTables.splitBytes
        let groups = treeCount / LaneBuilder.groupTrees + outputCount * pointsMax
        let treeBytes = MemoryLayout<cfk_contribution_tree>.stride + 4 * min(height, 64) * 4
        let bytes =
            nodes.count / 2 * splitBytes
            + groups * (height + 1) * LaneTables.fillingBytes
            + treeCount * treeBytes
        return 3 * bytes + Self.checkBytes
    }

    /// Numbers of a split that do not go by points.
    private static let splitConstants = 5
    /// Bytes of the rows and scratches that kernels are compared with.
    private static let checkBytes = 2 << 20
}
