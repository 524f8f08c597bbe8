// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Foundation
import FuzzTargets
import TestSupport
import Testing

/// What fuzzing has found worth keeping, and every crash it has found, stays handled.
@Suite struct CorpusTests {
    /// Where `make fuzz` keeps the inputs of a target.
    private static func inputs(of target: FuzzTarget) -> [(name: String, bytes: [UInt8])] {
        let folder = PythonOracle.repository.appendingPathComponent(
            "Tests/Fuzz/Corpus/\(target.name)"
        )
        let files = try? FileManager.default.contentsOfDirectory(
            at: folder,
            includingPropertiesForKeys: nil
        )
        return (files ?? []).sorted { $0.path < $1.path }.compactMap { file in
            (try? Data(contentsOf: file)).map { (file.lastPathComponent, Array($0)) }
        }
    }

    @Test(
        "X15: every input that fuzzing kept is handled",
        arguments: FuzzTarget.all.map(\.name)
    )
    func handlesEveryInputOfTheCorpus(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let inputs = Self.inputs(of: target)
        #expect(!inputs.isEmpty)
        for input in inputs {
            #expect(target.run(input.bytes) == nil, "\(input.name)")
        }
    }

    @Test func mutationOfModelsStartsFromModels() throws {
        let counts = try FuzzTarget.model.seeds().map { try Forest(xgboost: $0).treeCount }
        // Each model in two formats: one tree, the best of two, two classes, none, two targets.
        #expect(counts == [1, 1, 1, 1, 2, 2, 0, 0, 2, 2])
    }

    @Test(arguments: FuzzTarget.all.map(\.name))
    func handlesSeedsAndTheirTruncations(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let seeds = target.seeds()
        #expect(!seeds.isEmpty && seeds.allSatisfy { !$0.isEmpty })
        for seed in seeds {
            for length in stride(from: 0, through: seed.count, by: max(1, seed.count / 64)) {
                #expect(target.run(Array(seed[..<length])) == nil, "length \(length)")
            }
            #expect(target.run(seed) == nil)
        }
    }
}
