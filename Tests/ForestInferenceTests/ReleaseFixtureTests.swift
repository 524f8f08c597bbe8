// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Foundation
import Testing

/// Models that releases of XGBoost from 0.90 to 3.4 wrote, in each of their formats: every one is
/// scored as that release scores it, or refused with a sentence.
@Suite struct ReleaseFixtureTests {
    static let releases = [
        "0.90", "1.0.2", "1.1.1", "1.2.1", "1.3.3", "1.4.2", "1.5.2", "1.6.2", "1.7.6", "2.0.3",
        "2.1.4", "3.0.5", "3.1.3", "3.2.0", "3.3.0", "3.4.1",
    ]

    /// What is not supported, and a part of what is said about it.
    static let refusals: [String: (error: ForestError.Feature?, sentence: String)] = [
        "binary": (.binaryFormat, "b.save_model('model.json')"),
        "early-parallel": (nil, "best_iteration is 0, which are 2 trees by best_ntree_limit"),
    ]

    @Test("A07 A12: every release is scored bit for bit, or refused", arguments: releases)
    func everyReleaseIsScoredBitForBitOrRefused(release: String) throws {
        let fixture = try ReleaseFixture(release)
        var names = Set(fixture.models.keys)
        if release != "0.90" { #expect(names.isSuperset(of: ["logistic", "early", "dart"])) }
        for (name, model) in fixture.models {
            for format in model.formats {
                let bytes = try ReleaseFixture.bytes("\(release)-\(name).\(format)")
                if let margins = model.margins, let predictions = model.predictions {
                    let forest = try Forest(xgboost: bytes)
                    let scores = ReleaseFixture.Scores(margins: margins, predictions: predictions)
                    try check(forest, fixture, scores, "\(release) \(name) \(format)")
                } else {
                    try checkRefusal(bytes, name, "\(release) \(name) \(format)")
                }
            }
            names.remove(name)
        }
        #expect(names.isEmpty)
    }

    private func check(
        _ forest: Forest,
        _ fixture: ReleaseFixture,
        _ expected: ReleaseFixture.Scores,
        _ what: String
    ) throws {
        let compiled = try CompiledForest(forest)
        #expect(try Forest(sections: forest.sections()) == forest, "\(what)")
        for kernel in compiled.activeKernels {
            for (output, bits) in [
                (ScoreOutput.margin, expected.margins),
                (ScoreOutput.probability, expected.predictions),
            ] {
                let scores = compiled.scores(
                    fixture.rows,
                    layout: fixture.layout,
                    output: output,
                    kernel: kernel
                )
                #expect(scores.count == bits.count)
                for (score, bits) in zip(scores, bits) where score.bitPattern != bits {
                    let truth = Float(bitPattern: bits)
                    let difference = abs(score - truth)
                    #expect(
                        difference <= fixture.tolerance(of: truth),
                        "\(what), \(kernel): \(score) for \(truth)"
                    )
                }
            }
        }
    }

    private func checkRefusal(_ bytes: [UInt8], _ name: String, _ what: String) throws {
        guard let refusal = Self.refusals[name] else {
            _ = try Forest(xgboost: bytes)
            return
        }
        do throws(ForestError) {
            _ = try Forest(xgboost: bytes)
            Issue.record("\(what) is accepted")
        } catch {
            #expect("\(error)".contains(refusal.sentence), "\(what): \(error)")
            if let feature = refusal.error { #expect(error == .unsupported(feature), "\(what)") }
        }
    }

    @Test func allFilesOfTheFolderAreLookedAt() throws {
        var known: Set<String> = ["make.py"]
        for release in Self.releases {
            known.insert("\(release).json")
            for (name, model) in try ReleaseFixture(release).models {
                for format in model.formats { known.insert("\(release)-\(name).\(format)") }
            }
        }
        let files = try FileManager.default.contentsOfDirectory(
            atPath: ReleaseFixture.folder.path(percentEncoded: false)
        )
        #expect(Set(files) == known)
    }

    @Test(arguments: [("3.2.0", 0.3), ("1.7.6", 0.3)])
    func baseScoresAreNumbersOrListsOfOne(version: String, score: Float) throws {
        let forest = try Forest(xgboost: ReleaseFixture.bytes("\(version)-logistic.json"))
        #expect(forest.baseScores == [score])
    }

    @Test(arguments: ["1.6.2", "3.4.1"])
    func bothFormatsHoldTheSameForest(release: String) throws {
        for name in ["logistic", "early", "zero"] {
            let json = try Forest(xgboost: ReleaseFixture.bytes("\(release)-\(name).json"))
            let binary = try Forest(xgboost: ReleaseFixture.bytes("\(release)-\(name).ubj"))
            #expect(json == binary, "\(name)")
        }
    }
}
