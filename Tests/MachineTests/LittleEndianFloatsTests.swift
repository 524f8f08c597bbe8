// SPDX-License-Identifier: Apache-2.0

import Machine
import Testing

@Suite struct LittleEndianFloatsTests {
    @Test(arguments: [(0, 3), (1, 1), (15, 2), (16, 26), (17, 26), (100, 1), (1, 40)])
    func rowsAreReadColumnAfterColumn(_ rowCount: Int, _ columnCount: Int) {
        let rows = (0..<rowCount * columnCount).map { Float($0) * 0.5 - 3 }
        var bytes: [UInt8] = []
        LittleEndianFloats.append(rows, to: &bytes)
        var columns = [Float](repeating: .nan, count: rows.count)
        var target = columns.mutableSpan
        LittleEndianFloats.readColumns(
            of: bytes.span,
            rowCount: rowCount,
            columnCount: columnCount,
            into: &target
        )
        let expected = (0..<columnCount).flatMap { column in
            (0..<rowCount).map { row in rows[row * columnCount + column] }
        }
        #expect(columns == expected)
    }

    @Test func bytesAreThoseOfTheBitsTheLowestFirst() {
        var bytes: [UInt8] = [9]
        LittleEndianFloats.append([22, -0.0], to: &bytes)
        #expect(bytes == [9, 0, 0, 0xB0, 0x41, 0, 0, 0, 0x80])
    }
}
