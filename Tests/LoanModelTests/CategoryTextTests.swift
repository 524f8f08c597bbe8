// SPDX-License-Identifier: Apache-2.0

import LoanModel
import TestSupport
import Testing

/// Texts that differ in any one byte are categories of their own, however long they are and
/// wherever in a block they lie.
@Suite struct CategoryTextTests {
    private static let schema = TableSchema(
        features: [Feature("purpose", .category(.native), .none)],
        label: "outcome",
        labelPosition: 1
    )

    private static let lengths = [1, 7, 8, 9, 15, 16, 17, 23, 24, 25, 32, 64, 127, 128]

    /// Texts of 1 to 128 bytes, most of which begin and end as others do.
    private static func texts(_ count: Int, seed: UInt64) -> [String] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            let length = lengths.randomElement(using: &random) ?? 1
            var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: length)
            let place = Int.random(in: 0..<length, using: &random)
            bytes[place] = UInt8.random(in: 0x61...0x7A, using: &random)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test(arguments: [1, 2], [64, 512, 1 << 16])
    func everyTextIsFoundAgain(threadCount: Int, blockBytes: Int) throws {
        let texts = Self.texts(6_000, seed: UInt64(blockBytes))
        let lines = texts.enumerated().map { "\($0.element),\($0.offset % 2)\n" }
        let bytes = Array(("purpose,outcome\n" + lines.joined()).utf8)
        let table = ParallelTable(
            CSVReader(schema: Self.schema, labels: .required),
            threadCount: threadCount,
            blockBytes: blockBytes
        )
        try table.append(bytes.span)
        try table.drain()
        let rows = try table.withTable { (reader) throws(CSVError) in try reader.finish() }
        let column = try #require(rows.categories(0))
        #expect(column.vocabulary == Set(texts).sorted())
        #expect(column.codes.map { column.vocabulary[Int($0)] } == texts)
    }
}
