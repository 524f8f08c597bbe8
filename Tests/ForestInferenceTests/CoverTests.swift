// SPDX-License-Identifier: Apache-2.0

import Testing

import ForestInference

/// Covers are read, kept and checked.
@Suite struct CoverTests {
    private static let model = RandomModel(featureCount: 4, treeCount: 2, depthMax: 3)

    private static func document(_ change: (String) -> String = { $0 }) -> [UInt8] {
        Array(change(model.json(seed: 11)).utf8)
    }

    private static func refusal(_ document: [UInt8]) throws -> ContributionError? {
        let compiled = try CompiledForest(Forest(xgboost: document))
        do throws(ContributionError) {
            _ = try ForestContributions(compiled)
            return nil
        } catch { return error }
    }

    /// Replaces the covers of every tree by those that `covers` gives for as many nodes.
    private static func replaced(_ text: String, _ covers: (Int) -> [Float]) -> String {
        let parts = text.split(separator: "\"sum_hessian\":[", omittingEmptySubsequences: false)
        return parts.dropFirst().reduce(String(parts[0])) { text, part in
            let end = part.firstIndex(of: "]") ?? part.startIndex
            let count = part[..<end].split(separator: ",").count
            let list = covers(count).map { "\($0)" }.joined(separator: ",")
            return text + "\"sum_hessian\":[" + list + part[end...]
        }
    }

    @Test func sectionsKeepTheCovers() throws {
        let forest = try Forest(xgboost: Self.document())
        #expect(forest.covers?.count == forest.nodes.count)
        #expect(forest.covers?.allSatisfy { $0 > 0 } == true)
        let read = try Forest(sections: forest.sections())
        #expect(read == forest)
        #expect(read.covers == forest.covers)
    }

    @Test func sectionsWithoutCoversAreReadAndHaveNoContributions() throws {
        let forest = try Forest(xgboost: Self.document())
        let old = try Forest(sections: forest.sections().filter { $0.id != 12 })
        #expect(old.covers == nil)
        #expect(old.nodes == forest.nodes)
        let compiled = try CompiledForest(old)
        #expect(throws: ContributionError.noCovers) { try ForestContributions(compiled) }
    }

    @Test func aCoverSectionOfAnotherLengthIsRefused() throws {
        let forest = try Forest(xgboost: Self.document())
        for change in [-1, 1] {
            let sections = forest.sections().map { section in
                guard section.id == 12 else { return section }
                let count = section.bytes.count + change
                let bytes = Array((section.bytes + [0]).prefix(count))
                return ForestSection(id: 12, bytes: bytes)
            }
            #expect(throws: ForestError.invalidSection(12)) { try Forest(sections: sections) }
        }
    }

    @Test func coversOfAnotherLengthThanTheTreeAreRefused() throws {
        let document = Self.document { Self.replaced($0) { Array(repeating: 1, count: $0 + 1) } }
        #expect {
            try Forest(xgboost: document)
        } throws: { error in
            guard case .invalidTree(0, .arrayLength("sum_hessian", _, _))? = error as? ForestError
            else { return false }
            return true
        }
    }

    @Test func treesWithoutCoversDivideEverySplitInHalf() throws {
        let document = Self.document { Self.replaced($0) { Array(repeating: 0, count: $0) } }
        let forest = try Forest(xgboost: document)
        let contributions = try ForestContributions(CompiledForest(forest))
        let mean = ContributionReference(forest).mean + Double(forest.baseMargins[0])
        #expect(abs(Double(contributions.baseValues[0]) - mean) < 1e-6)
    }

    @Test func coversThatDoNotAddUpAreRefused() throws {
        for bad in [Float(-1), 3] {
            let document = Self.document { text in
                Self.replaced(text) { [bad * 5] + Array(repeating: bad, count: $0 - 1) }
            }
            #expect(try Self.refusal(document) == .cover(tree: 0, node: 0))
        }
    }

    @Test func coversMayBeOffByTheRoundingOfFloats() throws {
        func document(_ factor: Float) -> [UInt8] {
            Self.document { text in
                Self.replaced(text) { count in
                    // The root alone is off.
                    var covers = Self.consistent(count)
                    covers[0] *= factor
                    return covers
                }
            }
        }
        // Trees of one seed differ in shape; the first one is full down to its third level.
        #expect(try Self.refusal(document(1 + 5e-6)) != .cover(tree: 0, node: 0))
        #expect(try Self.refusal(document(1 + 5e-5)) == .cover(tree: 0, node: 0))
    }

    /// Covers whose root has the sum of nodes 1 and 2.
    private static func consistent(_ count: Int) -> [Float] {
        var covers = [Float](repeating: 0, count: count)
        if count > 2 { (covers[0], covers[1], covers[2]) = (8, 4, 4) }
        return covers
    }

    @Test func leavesThatAreTooFarApartAreRefused() throws {
        let forest = try Forest(xgboost: Self.document())
        let nodes = forest.sections().map { section in
            guard section.id == 3 else { return section }
            var bytes = section.bytes
            var sign = true
            for (index, node) in forest.nodes.enumerated() where node.isLeaf {
                let value: Float = sign ? 3e38 : -3e38
                sign.toggle()
                for byte in 0..<4 {
                    bytes[index * 8 + byte] = UInt8(
                        truncatingIfNeeded: value.bitPattern >> UInt32(8 * byte)
                    )
                }
            }
            return ForestSection(id: 3, bytes: bytes)
        }
        let compiled = try CompiledForest(Forest(sections: nodes))
        #expect(throws: ContributionError.leaves(tree: 0)) { try ForestContributions(compiled) }
    }

    @Test func refusalsAreSentences() {
        let errors: [ContributionError] = [
            .noCovers, .cover(tree: 3, node: 4), .leaves(tree: 1), .tooLarge(bytes: 2, limit: 1),
        ]
        for error in errors {
            #expect(error.description.contains(" "))
            #expect(!error.description.hasSuffix("."))
        }
    }
}
