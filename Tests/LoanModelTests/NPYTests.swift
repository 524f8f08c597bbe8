// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import Testing

@Suite struct NPYTests {
    @Test(arguments: [
        NPYError.notNPY, .version(major: 9, minor: 0), .headerTooLong(bytes: 2, limit: 1), .header,
        .elementType("<c8"), .shape([1, 2, 3]), .tooManyCells(limit: 1),
        .length(expected: 1, found: 2),
    ])
    func errorsAreWordsForAPerson(error: NPYError) {
        // As they follow the name of a file, and never as they are called in the sources.
        #expect(error.description.hasPrefix("the "))
        #expect(error.description.split(separator: " ").count > 5)
    }

    private func file(_ header: String, version: UInt8 = 1, cells: Int) -> [UInt8] {
        let length = UInt32(header.utf8.count)
        let sizes = (0..<(version == 1 ? 2 : 4)).map { UInt8(length >> (8 * $0) & 0xFF) }
        return [0x93] + Array("NUMPY".utf8) + [version, 0] + sizes + Array(header.utf8)
            + [UInt8](repeating: 0, count: cells * 4)
    }

    private func error(_ bytes: [UInt8]) -> NPYError? {
        #expect(throws: NPYError.self) {
            var reader = NPYReader()
            try reader.append(bytes.span)
            _ = try reader.finish()
        }
    }

    private func dictionary(_ type: String, _ order: String, _ shape: String) -> String {
        "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }"
    }

    @Test(arguments: [0, 1, 9_999_999], [1, 26])
    func headersReadBackAlignedTo64Bytes(rows: Int, columns: Int) throws {
        for isVector in [columns == 1, false] {
            let bytes = NPYHeader.bytes(rows: rows, columns: columns, isVector: isVector)
            let found = try NPYHeader(bytes.span)
            let header = try #require(found)
            #expect(header.dataOffset == bytes.count)
            #expect(bytes.count % 64 == 0)
            #expect((header.rows, header.columns) == (rows, columns))
            #expect(header.isVector == isVector)
        }
    }

    @Test(arguments: [1, 3, 4, 5, 127, 4_096]) func chunksOfAnySizeGiveTheSameMatrix(size: Int)
        throws
    {
        let values = (0..<30).map { Float($0) / 7 }
        var bytes = NPYHeader.bytes(rows: 10, columns: 3, isVector: false)
        for value in values {
            bytes += (0..<4).map { UInt8(value.bitPattern >> (8 * $0) & 0xFF) }
        }
        var reader = NPYReader()
        for start in stride(from: 0, to: bytes.count, by: size) {
            try reader.read(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(try reader.finish() == FloatMatrix(rows: 10, columns: 3, values: values))
    }

    @Test(arguments: ["(3, 1)", "(1, 3)", "(3,)"]) func rowMajorIsFineWithoutASecondAxis(
        shape: String
    ) throws {
        var reader = NPYReader()
        try reader.read(file(dictionary("<f4", "False", shape), cells: 3))
        #expect(try reader.finish().values.count == 3)
    }

    @Test func rowsAreBroughtIntoColumns() throws {
        let cells: [Float] = [1, 2, 3, 4, 5, 6]
        var bytes = file(dictionary("<f4", "False", "(2, 3)"), cells: 0)
        for cell in cells {
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: cell.bitPattern >> (8 * $0)) }
        }
        var reader = NPYReader()
        try reader.append(bytes.span)
        #expect(
            try reader.finish() == FloatMatrix(rows: 2, columns: 3, values: [1, 4, 2, 5, 3, 6])
        )
    }

    @Test func otherLayoutsAreNamed() {
        #expect(error(file(dictionary("<f4", "True", "(2, 2, 2)"), cells: 8)) == .shape([2, 2, 2]))
        #expect(error(file(dictionary("<f4", "True", "()"), cells: 1)) == .shape([]))
    }

    @Test(arguments: [
        "<c8", ">c16", "<f16", "|O", "|S4", "<U4", "<M8[ns]", "|V8", "<i3", "<f1", "|f4", "=f4",
        "f4",
        "", "<", "<f", "<f-4", "<b2", "<f4 ",
    ])
    func otherTypesAreNamed(type: String) {
        #expect(error(file(dictionary(type, "True", "(1,)"), cells: 1)) == .elementType(type))
    }

    @Test func aRecordIsNamed() {
        let type = "[('age', '<f4'), ('grade', '<f4', (2,))]"
        let text = "{'descr': \(type), 'fortran_order': True, 'shape': (1,)}"
        #expect(error(file(text, cells: 3)) == .elementType(type))
    }

    @Test func noMoreCellsAreTakenThanThereIsRoomFor() throws {
        let bytes = file(dictionary("|u1", "True", "(4, 2)"), cells: 2)
        var reader = NPYReader(cellCountMax: 8)
        try reader.append(bytes.span)
        #expect(try reader.finish().values.count == 8)
        #expect(throws: NPYError.tooManyCells(limit: 7)) {
            var reader = NPYReader(cellCountMax: 7)
            try reader.append(bytes.span)
        }
    }

    @Test(
        arguments: [
            "", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': True, 'shape': (1 2)}",
            "{'descr': '<f4', 'fortran_order': 1, 'shape': (1,)}",
            "{'descr': '<f4', 'fortran_order': True, 'shape': (-1,)}",
            "{'descr': '<f4', 'fortran_order': True, 'shape': (99999999999999999999,)}",
            "{'descr': '<f4', 'fortran_order': True, 'shape': (1,), 'more': 1}",
            "{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}",
            "{'descr': [('a', '<f4'), 'fortran_order': True, 'shape': (1,)}",
        ]
    )
    func otherDictionariesAreRefused(text: String) {
        #expect(error(file(text, cells: 1)) == .header)
    }

    @Test func lengthsAreChecked() {
        let good = file(dictionary("<f4", "True", "(4, 2)"), cells: 8)
        let expected = good.count
        for length in [expected - 32, expected - 1] {
            #expect(error(Array(good.prefix(length))) == .length(expected: expected, found: length))
        }
        #expect(error(good + [0]) == .length(expected: expected, found: expected + 1))
        let huge = file(dictionary("<f4", "True", "(4294967296, 4294967296)"), cells: 0)
        #expect(error(huge) == .tooManyCells(limit: NPYHeader.cellCountMax))
        let header = [0x93] + Array("NUMPY".utf8) + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF]
        let limit = NPYHeader.headerBytesMax
        #expect(error(header) == .headerTooLong(bytes: 0xFFFF_FFFF, limit: limit))
    }

    @Test func everyTruncationIsRefused() {
        let good = file(dictionary("<f4", "True", "(2, 2)"), cells: 4)
        for length in 0..<good.count { #expect(error(Array(good.prefix(length))) != nil) }
    }

    @Test func otherFilesAreNotMatrices() {
        #expect(error(Array("0,1,2\n1.0,2.0,3.0\n".utf8)) == .notNPY)
        #expect(error([0x80, 0x05, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0]) == .notNPY)
        #expect(error(file("{}", version: 9, cells: 0)) == .version(major: 9, minor: 0))
    }

    @Test func labelsBelongToAsManyRows() throws {
        let features = FloatMatrix(rows: 3, columns: 2, values: [1, 2, 3, 4, 5, 6])
        func labels(_ values: [Float]) throws -> [Float] {
            try FloatMatrix(rows: values.count, columns: 1, values: values).labels(for: features)
        }
        #expect(try labels([0, 1, 0]) == [0, 1, 0])
        #expect(throws: LabelError.rowCount(expected: 3, found: 2)) { try labels([0, 1]) }
        #expect(throws: LabelError.value(row: 1)) { try labels([0, 2, 1]) }
        #expect(throws: LabelError.value(row: 2)) { try labels([0, 1, .nan]) }
        #expect(throws: LabelError.oneClass) { try labels([1, 1, 1]) }
        #expect(throws: LabelError.columns(2)) { try features.labels(for: features) }
    }
}
