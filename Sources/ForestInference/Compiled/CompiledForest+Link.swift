// SPDX-License-Identifier: Apache-2.0

extension CompiledForest {
    /// Turns margins into predictions, bit for bit as `score` with the output `.probability` writes
    /// them: who needs both goes over the trees once.
    /// - Parameters:
    ///   - margins: what `score` with the output `.margin` has written, row after row.
    ///   - results: `Forest.valueCount(of: .probability)` values for each of these rows, row after
    ///     row.
    public func predict(margins: Span<Float>, into results: inout MutableSpan<Float>) {
        let count = forest.outputCount
        let (rowCount, rest) = margins.count.quotientAndRemainder(dividingBy: count)
        precondition(rest == 0, "margins of whole rows")
        precondition(
            results.count >= rowCount * forest.valueCount(of: .probability),
            "room for the values of each row"
        )
        guard rowCount > 0 else { return }
        let link = scorer.link
        unsafe margins.withUnsafeBufferPointer { margins in
            unsafe results.withUnsafeMutableBufferPointer { results in
                guard let source = margins.baseAddress, let target = results.baseAddress else {
                    return
                }
                // Both hold the rows, as is checked above, and neither is kept.
                guard count > 1, link.joinsOutputs else {
                    unsafe target.update(from: source, count: rowCount * count)
                    unsafe link.apply(target, count: rowCount * count)
                    return
                }
                unsafe Self.join(source, rowCount, count, link, into: target)
            }
        }
    }

    /// Rows whose outputs depend on each other. The margins of a row are changed in a place of
    /// their own: what is left of them may be fewer values.
    private static func join(
        _ margins: UnsafePointer<Float>,
        _ rowCount: Int,
        _ count: Int,
        _ link: PredictionLink,
        into results: UnsafeMutablePointer<Float>
    ) {
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { row in
            guard let values = row.baseAddress else { return }
            var target = unsafe results
            for index in 0..<rowCount {
                unsafe values.update(from: margins + index * count, count: count)
                let left = unsafe link.apply(toRow: values, count: count)
                unsafe target.update(from: values, count: left)
                unsafe target += left
            }
        }
    }
}
