// SPDX-License-Identifier: Apache-2.0

/// The forms of a forest that take longest to make, blocks and generated code, made by two threads.
struct LargeForms {
    /// The trees of all outputs as blocks; nil where they do not fit.
    private(set) var blocks: [BlockForest]?
    /// The code of all outputs; nil where none is wanted.
    private(set) var code: Result<[SlicedForest], SlicedForest.Refusal>?

    private enum Piece: Sendable {
        case blocks
        case code(output: Int, trees: Range<Int>)
    }

    private enum Made: Sendable {
        case blocks([BlockForest]?)
        case code(output: Int, Result<SlicedPart, SlicedForest.Refusal>)
    }

    /// Makes what `options` allow of `parts`; code, if there are conditions.
    init(
        _ parts: [ForestPart],
        codeConditions conditions: [ConditionIndex]?,
        options: CompileOptions
    ) {
        let indexes = options.allowsGeneratedCode ? conditions : nil
        let lookup = options.leafLookup
        var pieces: [Piece] = options.tierMax >= .avx2 ? [.blocks] : []
        if indexes != nil {
            for (output, part) in parts.enumerated() {
                let ranges = SlicedPart.ranges(of: part.forest)
                pieces += ranges.map { .code(output: output, trees: $0) }
            }
        }
        let made = SharedPieces.map(pieces.count) { [pieces] number -> Made in
            switch pieces[number] {
            case .blocks:
                return .blocks(Self.blocks(parts))
            case .code(let output, let trees):
                guard let index = indexes?[output] else {
                    preconditionFailure("code has conditions")
                }
                let part = Self.part(parts[output], index, trees, lookup)
                return .code(output: output, part)
            }
        }
        join(made, indexes)
    }

    private mutating func join(_ made: [Made], _ indexes: [ConditionIndex]?) {
        var codeParts = [[Result<SlicedPart, SlicedForest.Refusal>]](
            repeating: [],
            count: indexes?.count ?? 0
        )
        for piece in made {
            switch piece {
            case .blocks(let blocks): self.blocks = blocks
            case .code(let output, let part): codeParts[output].append(part)
            }
        }
        guard let indexes else { return }
        do {
            code = .success(try Self.forests(codeParts, indexes))
        } catch {
            code = .failure(error)
        }
    }

    private static func part(
        _ part: ForestPart,
        _ index: ConditionIndex,
        _ trees: Range<Int>,
        _ lookup: LeafLookup
    ) -> Result<SlicedPart, SlicedForest.Refusal> {
        do {
            return .success(
                try SlicedPart.code(
                    trees,
                    of: part.forest,
                    index,
                    heights: part.heights,
                    lookup: lookup
                )
            )
        } catch {
            return .failure(error)
        }
    }

    private static func forests(
        _ parts: [[Result<SlicedPart, SlicedForest.Refusal>]],
        _ indexes: [ConditionIndex]
    ) throws(SlicedForest.Refusal) -> [SlicedForest] {
        var all: [SlicedForest] = []
        var byteCount = 0
        for (parts, index) in zip(parts, indexes) {
            var made: [SlicedPart] = []
            for part in parts { made.append(try part.get()) }
            let code = try SlicedForest(code: made, index)
            byteCount += code.byteCount
            guard indexes.count == 1 || byteCount <= SlicedForest.codeBytesMax else { throw .shape }
            all.append(code)
        }
        let isFar = all.reduce(0) { $0 + $1.codeBytes } > SlicedForest.nearCodeBytes
        for output in all.indices { all[output].prefetchesCode = isFar }
        return all
    }

    /// The blocks of all outputs; nil where those of one do not fit, or those of all are too large.
    private static func blocks(_ parts: [ForestPart]) -> [BlockForest]? {
        var all: [BlockForest] = []
        var byteCount = 0
        for part in parts {
            let depth = part.depths.max() ?? 0
            guard let blocks = BlockForest(part.forest, plan: part.plan, depth: depth) else {
                return nil
            }
            byteCount += blocks.byteCount
            guard parts.count == 1 || byteCount <= BlockForest.bytesMax else { return nil }
            all.append(blocks)
        }
        return all
    }
}
