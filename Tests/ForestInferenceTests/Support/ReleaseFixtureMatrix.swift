// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Foundation

/// `VERSION.jsonl` and `VERSION.ubj`: boosters and objectives of a release, in each of its formats.
struct ReleaseFixtureMatrix {
    struct Model {
        let name: String
        /// What the release predicts: from 1.4 on in place, as scikit-learn's classes of XGBoost
        /// ask for it, where that gives other bits than `Booster.predict`.
        let expected: ReleaseFixture.Scores
        let json: [UInt8]
        /// From 1.6 on.
        let ubjson: [UInt8]?
    }

    private struct Scores: Decodable {
        let margins: String
        let predictions: String

        var decoded: ReleaseFixture.Scores {
            ReleaseFixture.Scores(margins: Self.bits(margins), predictions: Self.bits(predictions))
        }

        /// Eight hexadecimal digits each.
        private static func bits(_ digits: String) -> [UInt32] {
            stride(from: 0, to: digits.utf8.count, by: 8).map { start in
                UInt32(digits.dropFirst(start).prefix(8), radix: 16) ?? .max
            }
        }
    }

    private struct Entry: Decodable {
        let name: String
        let margins: String
        let predictions: String
        let inplace: Scores?
        /// Where the model lies in `VERSION.ubj`: offset and length.
        let ubjson: [Int]?
    }

    /// Releases that write JSON.
    static let releases = ReleaseFixture.releases.filter { $0 != "0.90" }

    let models: [Model]

    init(_ release: String) throws {
        let lines = try ReleaseFixture.bytes("\(release).jsonl").split(separator: 0x0A)
        let hasUBJSON = Self.files(of: release).count > 1
        let ubjson = hasUBJSON ? try ReleaseFixture.bytes("\(release).ubj") : []
        models = try stride(from: 0, to: lines.count, by: 2).map { index in
            let entry = try JSONDecoder().decode(Entry.self, from: Data(lines[index]))
            let predicted = Scores(margins: entry.margins, predictions: entry.predictions)
            let inplace = Self.isRelease(release, atLeast: "1.4") ? entry.inplace : nil
            return Model(
                name: entry.name,
                expected: (inplace ?? predicted).decoded,
                json: Array(lines[index + 1]),
                ubjson: entry.ubjson.map { Array(ubjson[$0[0]..<$0[0] + $0[1]]) }
            )
        }
    }

    /// The files of a release; it writes UBJSON from 1.6 on.
    static func files(of release: String) -> [String] {
        ["\(release).jsonl"] + (isRelease(release, atLeast: "1.6") ? ["\(release).ubj"] : [])
    }

    static func isRelease(_ release: String, atLeast other: String) -> Bool {
        release.compare(other, options: .numeric) != .orderedAscending
    }
}
