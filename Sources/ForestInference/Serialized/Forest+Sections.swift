// SPDX-License-Identifier: Apache-2.0

/// Forests as flat sections.
///
/// Trees lie in breadth-first order, so that children need not be stored: the k-th split of a
/// tree, counted from 0, has the nodes 2k + 1 and 2k + 2 for children. A tree is one exactly if
/// every node but the root is somebody's child: it has one more than twice as many nodes as
/// splits, and before each node there are enough splits to be its parent.
extension Forest {
    /// Versions of the sections' layout: of forests of one output, and of those with an outputs
    /// section.
    static let sectionsVersion: UInt32 = 1
    static let outputsVersion: UInt32 = 2

    /// The forest as sections, for storage.
    public func sections() -> [ForestSection] {
        var header = SectionWriter()
        header.append(needsOutputsSection ? Self.outputsVersion : Self.sectionsVersion)
        header.append(objective.storedNumber)
        header.append(baseScores[0].bitPattern)
        for count in [featureCount, treeCount, nodes.count, categorySets.count] {
            header.append(UInt32(count))
        }
        header.append(UInt32(usualStopping?.scoredCount ?? 0))
        var sizes = SectionWriter(capacity: treeCount * 4)
        for tree in 0..<treeCount {
            sizes.append(UInt32(treeStarts[tree + 1] - treeStarts[tree]))
        }
        var nodeWords = SectionWriter(capacity: nodes.count * 8)
        for node in nodes {
            nodeWords.append(node.value.bitPattern)
            nodeWords.append(node.bits)
        }
        var sets = SectionWriter()
        for set in categorySets {
            sets.append(UInt32(set.words.count))
            for word in set.words { sets.append(word) }
        }
        return [
            section(.header, header), section(.treeSizes, sizes), section(.nodes, nodeWords),
            section(.categorySets, sets), section(.featureNames, texts(featureNames)),
            section(.featureTypes, texts(featureTypes)),
        ] + origin() + outputsSection() + linearSection() + notesSections() + coverSection()
    }

    private func section(_ id: SectionID, _ writer: SectionWriter) -> ForestSection {
        ForestSection(id: id.rawValue, bytes: writer.bytes)
    }

    private func texts(_ list: [String]) -> SectionWriter {
        var writer = SectionWriter()
        for text in list { writer.append(text) }
        return writer
    }

    /// A forest from stored sections; all of it is checked. Sections of unknown id are ignored.
    public init(sections: [ForestSection]) throws(ForestError) {
        var header = try Self.reader(.header, sections)
        try header.expect(byteCount: 32)
        let version = try header.word()
        guard let objective = Objective(storedNumber: try header.word()) else { throw header.fault }
        let baseScore = Float(bitPattern: try header.word())
        guard baseScore.isFinite, objective.takesBase(baseScore) else { throw header.fault }
        let featureCount = try header.count(limit: ForestLimits.featuresMax)
        let treeCount = try header.count(limit: ForestLimits.treesMax)
        let nodeCount = try header.count(limit: ForestLimits.nodesMax)
        let setCount = try header.count(limit: ForestLimits.categorySetsMax)
        let scoredCount = try header.count(limit: ForestLimits.treesMax)
        let origin = try Self.origin(sections, scoredCount: scoredCount, featureCount: featureCount)
        let outputs = try Self.outputs(sections, objective: objective, treeCount: treeCount)
        guard version == (outputs == nil ? Self.sectionsVersion : Self.outputsVersion) else {
            throw header.fault
        }
        self.objective = objective
        baseScores = outputs?.scores ?? [baseScore]
        self.featureCount = featureCount
        baseMargins =
            outputs?.margins
            ?? origin.map { [$0.baseMargin] } ?? objective.baseMargins([baseScore])
        addsBaseLast = outputs?.addsBaseLast ?? false
        sortsOutputs = outputs?.sortsOutputs ?? false
        outputStarts = outputs?.starts ?? [0, treeCount]
        linear = try Self.linear(
            sections,
            featureCount: featureCount,
            outputCount: baseMargins.count
        )
        guard linear == nil || (outputs != nil && treeCount == 0) else { throw header.fault }
        encodedFeatures = origin?.encodedFeatures ?? []
        categories = try Self.categories(sections, encodedFeatures: encodedFeatures)
        earlyStopping = try Self.chosenIterations(sections) ?? origin?.earlyStopping
        treeStarts = try Self.treeStarts(sections, treeCount: treeCount, nodeCount: nodeCount)
        categorySets = try Self.categorySets(sections, count: setCount)
        featureNames = try Self.texts(.featureNames, sections, count: featureCount)
        featureTypes = try Self.texts(.featureTypes, sections, count: featureCount)
        covers = try Self.covers(sections, nodeCount: nodeCount)
        nodes = try Self.nodes(
            sections,
            treeStarts: treeStarts,
            featureCount: featureCount,
            setCount: setCount
        )
    }

    private static func reader(
        _ id: SectionID,
        _ sections: [ForestSection]
    ) throws(ForestError) -> SectionReader {
        guard let reader = try optionalReader(id, sections) else {
            throw .invalidSection(id.rawValue)
        }
        return reader
    }

    /// Reads a section that may be left out, though it is never there twice; nil where it is.
    static func optionalReader(
        _ id: SectionID,
        _ sections: [ForestSection]
    ) throws(ForestError) -> SectionReader? {
        let matching = sections.filter { $0.id == id.rawValue }
        guard matching.count <= 1 else { throw .invalidSection(id.rawValue) }
        return matching.first.map { SectionReader($0) }
    }

    private static func treeStarts(
        _ sections: [ForestSection],
        treeCount: Int,
        nodeCount: Int
    ) throws(ForestError) -> [Int] {
        var reader = try reader(.treeSizes, sections)
        try reader.expect(byteCount: treeCount * 4)
        var starts = [0]
        for _ in 0..<treeCount {
            starts.append(starts[starts.count - 1] + (try reader.count(limit: nodeCount)))
        }
        guard starts[treeCount] == nodeCount else { throw reader.fault }
        return starts
    }

    private static func categorySets(
        _ sections: [ForestSection],
        count: Int
    ) throws(ForestError) -> [CategorySet] {
        var reader = try reader(.categorySets, sections)
        var sets: [CategorySet] = []
        var total = 0
        for _ in 0..<count {
            let wordCount = try reader.count(limit: ForestLimits.categoriesMax / 32)
            total += wordCount
            guard total <= ForestLimits.categoryWordsMax else {
                throw .tooLarge(
                    .categoryWords,
                    count: total,
                    limit: ForestLimits.categoryWordsMax
                )
            }
            var words: [UInt32] = []
            for _ in 0..<wordCount { words.append(try reader.word()) }
            guard let last = words.last, last != 0 else { throw reader.fault }
            sets.append(CategorySet(words: words))
        }
        try reader.finish()
        return sets
    }

    private static func texts(
        _ id: SectionID,
        _ sections: [ForestSection],
        count: Int
    ) throws(ForestError) -> [String] {
        var reader = try reader(id, sections)
        // An empty section: the model has no names.
        if (try? reader.finish()) != nil { return [] }
        var list: [String] = []
        for _ in 0..<count { list.append(try reader.text()) }
        try reader.finish()
        return list
    }

    private static func nodes(
        _ sections: [ForestSection],
        treeStarts: [Int],
        featureCount: Int,
        setCount: Int
    ) throws(ForestError) -> [Node] {
        var reader = try reader(.nodes, sections)
        try reader.expect(byteCount: treeStarts[treeStarts.count - 1] * 8)
        var nodes: [Node] = []
        nodes.reserveCapacity(treeStarts[treeStarts.count - 1])
        for tree in 0..<treeStarts.count - 1 {
            let size = treeStarts[tree + 1] - treeStarts[tree]
            var splitCount = 0
            var level = (end: 1, depth: 0)
            for index in 0..<size {
                // Without this many splits before it nobody is this node's parent.
                guard index <= 2 * splitCount else { throw reader.fault }
                if index == level.end {
                    level = (2 * splitCount + 1, level.depth + 1)
                    guard level.depth <= ForestLimits.depthMax else { throw reader.fault }
                }
                let value = Float(bitPattern: try reader.word())
                var node = Node(value: value, bits: try reader.word(), left: 0)
                // Whether a node is a leaf follows no pattern that a branch could be predicted by.
                let isSplit = node.isLeaf ? 0 : 1
                guard isValid(node, featureCount, setCount) else { throw reader.fault }
                node.left = UInt32(truncatingIfNeeded: (2 * splitCount + 1) * isSplit)
                splitCount += isSplit
                nodes.append(node)
            }
            guard size == 2 * splitCount + 1 else { throw reader.fault }
        }
        return nodes
    }

    private static func isValid(_ node: Node, _ featureCount: Int, _ setCount: Int) -> Bool {
        // A leaf's bits are the leaf bit alone; a split's feature is below `featureCount`.
        let limit = node.isLeaf ? 1 : featureCount
        let known = node.isLeaf ? Node.leafBit : Node.knownBits
        guard node.bits & ~known == 0, node.feature < limit else { return false }
        return node.isCategorical ? node.categorySet < setCount : node.value.isFinite
    }
}
