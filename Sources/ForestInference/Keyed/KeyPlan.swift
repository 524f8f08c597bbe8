// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// What the keys of a row are made from, as the kernels see it.
///
/// Proof of bounds: the sources of runs are those of the rank plan it was made from, and `missing`
/// has one entry a key of a run.
struct KeyPlan: Sendable {
    private let runs: AlignedStorage
    private let missing: AlignedStorage
    private let runCount: Int
    private let rankedCount: Int

    /// Keys of the float columns `sources`, and for each that of a missing value.
    init(sources: [UInt32], missing: [UInt32]) {
        var runs: [cfk_key_run] = []
        for (key, source) in sources.enumerated() {
            if let last = runs.last, last.source + last.count == source {
                runs[runs.count - 1].count += 1
            } else {
                runs.append(cfk_key_run(source: source, first: UInt32(key), count: 1))
            }
        }
        self.runs = AlignedStorage(runs)
        self.missing = AlignedStorage(missing)
        runCount = runs.count
        rankedCount = sources.count
    }

    var byteCount: Int { runs.byteCount + missing.byteCount }

    /// The plan as the kernels see it; valid while `self` lives.
    var kernelPlan: cfk_key_plan {
        unsafe cfk_key_plan(
            runs: runs.pointer(to: cfk_key_run.self),
            missing: missing.pointer(to: UInt32.self),
            run_count: runCount,
            ranked_count: rankedCount
        )
    }
}
