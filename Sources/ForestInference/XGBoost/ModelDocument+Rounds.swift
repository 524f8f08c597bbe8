// SPDX-License-Identifier: Apache-2.0

// Which trees count.

extension ModelDocument {
    /// The trees that count, and what the document says about it.
    struct Rounds {
        let trees: Range<Int>
        let earlyStopping: EarlyStopping?
    }

    func checkedRounds(
        outputCount: Int,
        _ iterations: Iterations
    ) throws(ForestError) -> Rounds {
        // A linear model cannot be cut at an iteration: all there is counts, as in scikit-learn's
        // classes.
        guard linearWeights == nil else {
            if case .range(let range) = iterations { throw .iterations(range, of: 0) }
            return Rounds(trees: 0..<0, earlyStopping: nil)
        }
        let starts = try checkedIterationStarts(outputCount: outputCount)
        let count = starts.count - 1
        let best = try checkedBestIteration(iterationCount: count)
        let scored: Range<Int>
        switch iterations {
        case .best: scored = 0..<(best.map { $0 + 1 } ?? count)
        case .all: scored = 0..<count
        case .range(let range):
            guard range.lowerBound >= 0, !range.isEmpty, range.upperBound <= count else {
                throw .iterations(range, of: count)
            }
            scored = range
        }
        let trees = starts[scored.lowerBound]..<starts[scored.upperBound]
        // Nothing is said where all count, and nobody would have expected otherwise.
        guard best != nil || scored != 0..<count else {
            return Rounds(trees: trees, earlyStopping: nil)
        }
        let stopping = EarlyStopping(bestIteration: best, iterationCount: count, scored: scored)
        return Rounds(trees: trees, earlyStopping: stopping)
    }

    private func checkedBestIteration(iterationCount: Int) throws(ForestError) -> Int? {
        // XGBoost 1.4 to 1.7 write -1 for a model without iterations; scikit-learn's classes then
        // score all there are.
        guard let text = attributes.bestIteration, text != "-1" else { return nil }
        guard let best = Int(text), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            best < iterationCount
        else { throw .bestIteration(text, iterations: iterationCount) }
        return best
    }

    /// The first tree of each iteration, and the number of trees.
    private func checkedIterationStarts(outputCount: Int) throws(ForestError) -> [Int] {
        let count = treeBuilder.treeCount
        let parallelCount = try parallelTrees()
        let size = parallelCount * outputCount
        guard count % size == 0 else {
            throw .wrongCount(field: "num_parallel_tree", stated: "\(parallelCount)", found: count)
        }
        let expected = Array(stride(from: 0, through: count, by: size))
        if let iterationStarts, !areStarts(iterationStarts, expected) {
            let stated =
                "\(iterationStarts.last ?? 0) trees in \(iterationStarts.count - 1) iterations"
            throw .wrongCount(field: "iteration_indptr", stated: stated, found: count)
        }
        return expected
    }

    /// Documents count a tree with several values a leaf once.
    private func areStarts(_ written: [Int32], _ expected: [Int]) -> Bool {
        written.elementsEqual(expected) { Int($0) * treeBuilder.leafValueCount == $1 }
    }

    /// Trees that one iteration adds for each output.
    ///
    /// Before XGBoost 1.6 documents do not say it. Where they say of the best iteration that it is
    /// not as many trees, releases differ: 1.3 scores these trees, 1.4 and newer another number.
    private func parallelTrees() throws(ForestError) -> Int {
        if let text = forest.treesPerIteration {
            guard let size = Int(text), (1...ForestLimits.treesMax).contains(size) else {
                throw .invalidValue(field: "num_parallel_tree")
            }
            return size
        }
        if let best = attributes.bestIteration, best != "-1",
            let trees = try attributes.bestTrees(),
            Int(trees) != Int(best).map({ $0 &+ 1 })
        {
            throw .unsupported(.parallelTrees(bestIteration: best, trees: trees))
        }
        return 1
    }
}
