// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Foundation
import Testing

/// Models that releases of XGBoost from 0.90 to 3.4 wrote, in each of their formats: every one is
/// scored as that release scores it, or refused with a sentence.
@Suite struct ReleaseFixtureTests {
    typealias Refusal = (error: ForestError.Feature?, sentence: String)

    /// What is not supported, and a part of what is said about it.
    static let refusals: [String: Refusal] = [
        "binary": (.binaryFormat, "b.save_model('model.json')"),
        "early-parallel": (nil, "best_iteration is 0, which are 2 trees by best_ntree_limit"),
    ]

    @Test(
        "A07 A12: every release is scored bit for bit, or refused",
        arguments: ReleaseFixture.releases
    )
    func everyReleaseIsScoredBitForBitOrRefused(release: String) throws {
        let fixture = try ReleaseFixture(release)
        var names = Set(fixture.models.keys)
        if release != "0.90" { #expect(names.isSuperset(of: ["logistic", "early", "dart"])) }
        for (name, model) in fixture.models {
            for format in model.formats {
                let bytes = try ReleaseFixture.bytes("\(release)-\(name).\(format)")
                let what = "\(release) \(name) \(format)"
                if let refusal = Self.refusals[name] {
                    check(refusal, of: bytes, what)
                } else {
                    let scores = try #require(model.scores, "\(what)")
                    try fixture.expect(scores, of: Forest(xgboost: bytes), what)
                }
            }
            names.remove(name)
        }
        #expect(names.isEmpty)
    }

    private func check(_ refusal: Refusal, of bytes: [UInt8], _ what: String) {
        do throws(ForestError) {
            _ = try Forest(xgboost: bytes)
            Issue.record("\(what) is accepted")
        } catch {
            #expect("\(error)".contains(refusal.sentence), "\(what): \(error)")
            if let feature = refusal.error { #expect(error == .unsupported(feature), "\(what)") }
        }
    }

    @Test func allFilesOfTheFolderAreLookedAt() throws {
        var known: Set<String> = ["make.py", "matrix.py"]
        for release in ReleaseFixtureMatrix.releases {
            known.formUnion(ReleaseFixtureMatrix.files(of: release))
        }
        for release in ReleaseFixture.releases {
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
