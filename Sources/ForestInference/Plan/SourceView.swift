// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// The input of one call: where values and codes lie, and which columns still need a transform.
///
/// Proof: the pointers come from spans the caller holds for the length of the call; their sizes
/// have been checked against the layouts.
@unsafe struct SourceView {
    var source: cfk_source
    /// Columns whose transform could not be pulled back into cuts.
    var transforms: ExplicitTransforms?
    /// Where prepared columns come from, for models that look at values; nil: they are prepared.
    var inputs: FeatureInputs?

    /// A prepared value.
    func value(feature: Int, row: Int) -> Float {
        guard let values = unsafe source.values else { return .nan }
        guard let inputs = unsafe inputs else {
            return unsafe values[row * source.row_stride + feature * source.column_stride]
        }
        return inputs.value(feature: feature) { column in
            unsafe values[row * source.row_stride + column * source.column_stride]
        } code: { column in
            guard let codes = unsafe source.codes else { return .max }
            return unsafe codes[row * source.code_row_stride + column * source.code_column_stride]
        }
    }

    /// The source to rank `rows` from: itself, or a copy of these rows with transforms applied.
    func prepared(
        _ rows: Range<Int>,
        scratch: ScratchMemory
    ) -> (source: cfk_source, firstRow: Int) {
        guard let transforms = unsafe transforms else { return unsafe (source, rows.lowerBound) }
        let copy = unsafe scratch.transformed
        for (place, column) in transforms.columns.enumerated() {
            let target = unsafe copy + place * BlockSize.rows
            for (offset, row) in rows.enumerated() {
                let index = unsafe row * source.row_stride + column.source * source.column_stride
                guard let values = unsafe source.values else { break }
                let value = unsafe values[index]
                unsafe target[offset] = column.function?(value) ?? value
            }
        }
        var moved = unsafe source
        unsafe moved.values = UnsafePointer(copy)
        unsafe moved.row_stride = 1
        unsafe moved.column_stride = BlockSize.rows
        // Codes are not copied: they begin at the first row of this range.
        if let codes = unsafe source.codes {
            unsafe moved.codes = codes + rows.lowerBound * source.code_row_stride
        }
        return unsafe (moved, 0)
    }
}

/// Columns that are made from raw ones value by value.
struct ExplicitTransforms: Sendable {
    /// The raw column of each, and its function; nil leaves values as they are.
    var columns: [(source: Int, function: (@Sendable (Float) -> Float)?)]

    var columnCount: Int { columns.count }
}
