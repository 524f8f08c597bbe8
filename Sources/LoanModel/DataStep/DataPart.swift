// SPDX-License-Identifier: Apache-2.0

import ModelValidation

/// A part of a table, as it is prepared.
struct DataPart: Sendable {
    /// What it is for.
    let part: SplitPart
    let rows: ExpandedTable

    /// Three quarters and one quarter of `size` rows, or both parts as they are.
    static func expandingBoth(
        _ split: TrainTestSplit,
        of source: Table,
        size: Int,
        seed: UInt64
    ) -> [DataPart] {
        let isExpanded = size > source.rowCount
        // Each part has all its rows, also where equal ones made it more or less than a quarter.
        let quarter = min(TrainTestSplit.testCount(of: size), size - split.train.count)
        let testSize = max(split.test.count, isExpanded ? quarter : 0)
        let trainSize = isExpanded ? size - testSize : split.train.count
        let train = ExpandedTable(
            source: source,
            rows: split.train,
            size: trainSize,
            keepsFirstRound: !isExpanded,
            seed: seed
        )
        let test = ExpandedTable(
            source: source,
            rows: split.test,
            size: testSize,
            keepsFirstRound: true,
            firstPosition: trainSize,
            seed: seed
        )
        return [DataPart(part: .train, rows: train), DataPart(part: .test, rows: test)]
    }

    /// All parts as they are, but that to train on, which has what is missing to `size` rows.
    static func expandingTraining(
        _ divided: DividedRows,
        of source: Table,
        size: Int,
        seed: UInt64
    ) -> [DataPart] {
        let isExpanded = size > source.rowCount
        return divided.parts.map { part, rows in
            guard part == .train, isExpanded else {
                let asTheyAre = ExpandedTable(
                    source: source,
                    rows: rows,
                    size: rows.count,
                    keepsFirstRound: true,
                    seed: seed
                )
                return DataPart(part: part, rows: asTheyAre)
            }
            // In random order, so that those that come once more than the others are a random
            // sample.
            let random = CounterRandom(seed: seed, stream: RandomStream.split)
            let expanded = ExpandedTable(
                source: source,
                rows: Permutation.random(rows.count, random).map { rows[Int($0)] },
                size: size - (source.rowCount - rows.count),
                keepsFirstRound: false,
                seed: seed
            )
            return DataPart(part: part, rows: expanded)
        }
    }
}
