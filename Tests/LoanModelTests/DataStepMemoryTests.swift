// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

/// The estimate of what a data preparation takes, against what preparations took.
@Suite struct DataStepMemoryTests {
    /// The peak of `loan-default data` above the 42 MiB of one that prepares 32,000 rows.
    struct Measured: Sendable {
        let sourceRows: Int
        let size: Int
        let threads: Int
        let mebibytes: Int

        var estimate: Double {
            let memory = DataStepMemory(sourceRows: sourceRows, size: size, threadCount: threads)
            return Double(memory.bytes) / 1_048_576
        }
    }

    static let measured = [
        Measured(sourceRows: 32_000, size: 1_000_000, threads: 1, mebibytes: 16),
        Measured(sourceRows: 32_000, size: 1_000_000, threads: 2, mebibytes: 24),
        Measured(sourceRows: 32_000, size: 4_000_000, threads: 1, mebibytes: 71),
        Measured(sourceRows: 32_000, size: 4_000_000, threads: 2, mebibytes: 110),
        // As CSV.
        Measured(sourceRows: 32_000, size: 4_000_000, threads: 2, mebibytes: 82),
        Measured(sourceRows: 32_000, size: 16_000_000, threads: 1, mebibytes: 228),
        Measured(sourceRows: 32_000, size: 16_000_000, threads: 2, mebibytes: 397),
        Measured(sourceRows: 1_000_000, size: 1, threads: 1, mebibytes: 56),
        Measured(sourceRows: 1_000_000, size: 1, threads: 2, mebibytes: 65),
        Measured(sourceRows: 4_000_000, size: 1, threads: 1, mebibytes: 217),
        Measured(sourceRows: 4_000_000, size: 1, threads: 2, mebibytes: 249),
        Measured(sourceRows: 4_000_000, size: 8_000_000, threads: 1, mebibytes: 289),
        Measured(sourceRows: 4_000_000, size: 8_000_000, threads: 2, mebibytes: 389),
    ]

    @Test("O07: the estimate is above what preparations took", arguments: measured)
    func theEstimateIsAboveWhatPreparationsTook(measured: Measured) {
        #expect(measured.estimate >= Double(measured.mebibytes))
        // The rest counts most for few rows.
        #expect(measured.estimate <= 1.4 * Double(measured.mebibytes) + 20)
    }

    @Test func threadsBeyondTheColumnsTakeNothing() {
        func bytes(_ threads: Int) -> Int {
            DataStepMemory(sourceRows: 32_000, size: 4_000_000, threadCount: threads).bytes
        }
        #expect(bytes(10) < bytes(11))
        #expect(bytes(11) == bytes(96))
    }

    @Test func theGreaterOfTableAndSizeIsPrepared() {
        #expect(DataStepMemory(sourceRows: 500, size: 4_000, threadCount: 1).rows == 4_000)
        #expect(DataStepMemory(sourceRows: 500, size: -1, threadCount: 1).rows == 500)
    }

    @Test("O07: rows that no machine holds overflow nothing", arguments: [1 << 60, Int.max])
    func rowsThatNoMachineHoldsOverflowNothing(rows: Int) {
        #expect(DataStepMemory(sourceRows: rows, size: 1, threadCount: 8).bytes == .max)
        #expect(DataStepMemory(sourceRows: 1, size: rows, threadCount: 8).bytes == .max)
    }
}
