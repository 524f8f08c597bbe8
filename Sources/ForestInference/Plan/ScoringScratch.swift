// SPDX-License-Identifier: Apache-2.0

/// Working memory of one thread, made once and used again: scoring itself never allocates.
///
/// Not `Sendable`: one owner, one call at a time.
public final class ScoringScratch {
    let memory: ScratchMemory

    init(_ shape: ScratchShape) {
        memory = ScratchMemory(shape)
    }

    /// Bytes held.
    public var byteCount: Int { memory.byteCount }
}

/// The parts of a scratch.
///
/// Proof for the accessors: parts lie within the storage, whose size is their sum. Whoever scores
/// has the memory for itself: it comes from a ``ScoringScratch`` or has been taken from a pool.
struct ScratchMemory: Sendable {
    let shape: ScratchShape
    private let storage: AlignedStorage

    init(_ shape: ScratchShape) {
        self.shape = shape
        storage = unsafe AlignedStorage(byteCount: shape.byteCount)
    }

    var byteCount: Int { storage.byteCount }

    /// Slot-major bytes of block `index` of a tile.
    func slots(_ index: Int) -> UnsafeMutablePointer<UInt8> {
        unsafe storage.mutablePointer(to: UInt8.self, at: shape.slotsOffset(index))
    }

    /// Row-major bytes of one block.
    var rows: UnsafeMutablePointer<UInt8> {
        unsafe storage.mutablePointer(to: UInt8.self, at: shape.rowsOffset)
    }

    /// Condition vectors of all blocks of a tile.
    var conditions: UnsafeMutablePointer<UInt8> {
        unsafe storage.mutablePointer(to: UInt8.self, at: shape.conditionsOffset)
    }

    /// Planes of one tree, and the spill area of its code.
    var planes: UnsafeMutablePointer<UInt8> {
        unsafe storage.mutablePointer(to: UInt8.self, at: shape.planesOffset)
    }

    /// Sums of all blocks of a tile.
    var sums: UnsafeMutablePointer<Float> {
        unsafe storage.mutablePointer(to: Float.self, at: shape.sumsOffset)
    }

    /// Margins of a tile, output after output, and after them room for those of one row.
    var margins: UnsafeMutablePointer<Float> {
        unsafe storage.mutablePointer(to: Float.self, at: shape.marginsOffset)
    }

    /// Keys of one row, or of sixteen.
    var keys: UnsafeMutablePointer<UInt32> {
        unsafe storage.mutablePointer(to: UInt32.self, at: shape.keysOffset)
    }

    /// Values of one block after explicit transforms, column after column.
    var transformed: UnsafeMutablePointer<Float> {
        unsafe storage.mutablePointer(to: Float.self, at: shape.transformedOffset)
    }
}

/// Sizes of the parts of a scratch; each begins on a cache line.
struct ScratchShape: Sendable, Equatable {
    var slotCount: Int
    /// Conditions of the sliced kernels.
    var conditionCount = 0
    /// Blocks scored together by the sliced kernels.
    var tileBlocks = 1
    /// Vectors of planes and spills.
    var planeVectors = 0
    /// Columns that explicit transforms need.
    var transformedColumns = 0
    /// Whether keys are made of rows: one a slot.
    var hasKeys = false
    /// Outputs whose margins wait for each other; 0 where there is one output.
    var outputCount = 0

    /// Bytes of a row-major row.
    var rowStride: Int { max(1, (slotCount + 63) / 64) * 64 }

    private var keyBytes: Int { hasKeys ? max(1, slotCount) * BlockSize.fewRows * 4 : 0 }

    private var slotBytes: Int { max(1, slotCount) * BlockSize.rows }
    var conditionBytes: Int { conditionCount * BlockSize.vectorBytes }

    func slotsOffset(_ block: Int) -> Int { block * slotBytes }
    var rowsOffset: Int { tileBlocks * slotBytes }
    var conditionsOffset: Int { rowsOffset + BlockSize.rows * rowStride }
    var planesOffset: Int { conditionsOffset + tileBlocks * conditionBytes }
    var sumsOffset: Int { planesOffset + planeVectors * BlockSize.vectorBytes }
    var transformedOffset: Int { sumsOffset + tileBlocks * BlockSize.rows * 4 }
    var keysOffset: Int { transformedOffset + transformedColumns * BlockSize.rows * 4 }
    var marginsOffset: Int { keysOffset + keyBytes }
    /// Rows of a tile.
    var tileRows: Int { tileBlocks * BlockSize.rows }
    var byteCount: Int { marginsOffset + (outputCount * tileRows + outputCount) * 4 }
}
