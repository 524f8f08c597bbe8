// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Rows of a caller as the kernels read them, checked against their layouts. Room for the results
/// is checked by callers, who know how many there are.
extension ForestContributions {
    /// Hands on a prepared matrix and where its results go.
    func withSource(
        _ values: Span<Float>,
        _ layout: MatrixLayout,
        _ results: inout MutableSpan<Int64>,
        _ body: (SourceView, UnsafeMutablePointer<Int64>) -> Void
    ) {
        precondition(layout.columnCount == compiled.forest.featureCount, "one column a feature")
        guard let needed = layout.elementCount, needed <= values.count else {
            preconditionFailure("the layout fits the span")
        }
        unsafe values.withUnsafeBufferPointer { buffer in
            unsafe results.withUnsafeMutableBufferPointer { results in
                guard let target = results.baseAddress else { return }
                let source = unsafe SourceView(
                    source: cfk_source(
                        values: buffer.baseAddress,
                        row_stride: layout.rowStride,
                        column_stride: layout.columnStride,
                        codes: nil,
                        code_row_stride: 0,
                        code_column_stride: 0
                    ),
                    transforms: nil
                )
                unsafe body(source, target)
            }
        }
    }

    /// The same of raw rows, and of the forest that prepares them.
    func withSource(
        of forest: FusedForest,
        _ numeric: Span<Float>,
        _ numericLayout: MatrixLayout,
        _ codes: Span<UInt8>,
        _ codeLayout: MatrixLayout,
        _ results: inout MutableSpan<Int64>,
        _ body: (SourceView, UnsafeMutablePointer<Int64>) -> Void
    ) {
        precondition(forest.compiled === compiled, "the forest has these trees")
        forest.check(numeric, numericLayout, codes, codeLayout, .margin, resultCount: .max)
        unsafe numeric.withUnsafeBufferPointer { numeric in
            unsafe codes.withUnsafeBufferPointer { codes in
                unsafe results.withUnsafeMutableBufferPointer { results in
                    guard let target = results.baseAddress else { return }
                    let source = unsafe SourceView(
                        source: cfk_source(
                            values: numeric.baseAddress,
                            row_stride: numericLayout.rowStride,
                            column_stride: numericLayout.columnStride,
                            codes: codes.baseAddress,
                            code_row_stride: codeLayout.rowStride,
                            code_column_stride: codeLayout.columnStride
                        ),
                        transforms: forest.transforms,
                        inputs: forest.inputs
                    )
                    unsafe body(source, target)
                }
            }
        }
    }
}
