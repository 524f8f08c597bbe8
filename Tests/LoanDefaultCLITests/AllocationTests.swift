// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Allocations are counted in a program of its own: counting replaces the allocator.
@Suite(.disabled(if: Program.isSanitized, "a sanitizer brings the allocator"))
struct AllocationTests {
    @Test func scoringAllocatesNothing() throws {
        let bench = URL(fileURLWithPath: Program.path).deletingLastPathComponent()
            .appendingPathComponent("forest-bench").path
        let outcome = try Program.run(["--part", "allocations"], program: bench)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("4096 rows through a pool: allocations of 100 calls, 0"))
    }
}
