// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanService
import Testing

@Suite struct RecordTimeTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("2026-11-30", 1_795_996_800_000),
        ("2026-11-30T08:00:00Z", 1_796_025_600_000),
        ("2026-11-30T09:00:00+01:00", 1_796_025_600_000),
        ("2026-11-30T08:00:00.125Z", 1_796_025_600_125),
    ])
    func timesAreRead(text: String, milliseconds: Int) {
        #expect(RecordTime.milliseconds(of: text) == Int64(milliseconds))
    }

    @Test(arguments: ["", "yesterday", "2026-13-01", "2026-11-30T08:00", "1795996800"])
    func otherTextsAreNone(text: String) {
        #expect(RecordTime.milliseconds(of: text) == nil)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (1_796_025_600_125, "2026-11-30T08:00:00.125Z"),
        (1_709_210_096_789, "2024-02-29T12:34:56.789Z"),
    ])
    func timesAreWritten(milliseconds: Int, text: String) {
        #expect(RecordTime.text(ofMilliseconds: Int64(milliseconds)) == text)
        #expect(RecordTime.milliseconds(of: text) == Int64(milliseconds))
    }
}
