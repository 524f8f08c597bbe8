// SPDX-License-Identifier: Apache-2.0

import Admission
import LoanRPC
import NIOCore
import Protobuf
import TestSupport
import Testing

/// Columns that are carried by their names.
@Suite struct NamedColumnTests {
    private func refusal(
        of columns: [TableColumns.Column],
        rowCount: Int = 2,
        configure: (inout RPCLimits) -> Void = { _ in }
    ) -> String? {
        var limits = RPCLimits()
        configure(&limits)
        let request = PredictRequest(
            model: "m",
            rows: .table(TableColumns(rowCount: rowCount, columns: columns))
        )
        let bytes = request.encoded()
        let span = unsafe bytes.span.bytes
        do throws(RPCStatus) {
            let message: PredictMessage
            do throws(MessageError) {
                message = try PredictMessage(walking: span, fieldsMax: limits.predictFieldsMax)
            } catch {
                throw error.status
            }
            try message.validate(in: span, limits: limits)
            return nil
        } catch {
            return error.message
        }
    }

    @Test func aColumnHasOneValueForEachRow() {
        #expect(refusal(of: [.init("a", .float32([1, 2]))]) == nil)
        #expect(
            refusal(of: [.init("a", .float64([1, 2, 3]))])
                == "a: float64 has 24 bytes, not rows x 8 = 16"
        )
        #expect(refusal(of: [.init("a", .codes16([]))]) == "a: has no values")
    }

    @Test func aNameHasItsLength() {
        let longest = String(repeating: "n", count: RPCLimits.columnNameBytesMax)
        #expect(refusal(of: [.init(longest, .codes8([0, 1]))]) == nil)
        #expect(
            refusal(of: [.init(longest + "n", .codes8([0, 1]))])
                == "columns: a name has 4097 bytes, not 1 to 4096"
        )
        #expect(
            refusal(of: [.init("", .codes8([0, 1]))])
                == "columns: a name has 0 bytes, not 1 to 4096"
        )
    }

    @Test func aDictionaryGoesWithCodes() {
        #expect(refusal(of: [.init("a", .codes8([0, 1]), dictionary: ["x", "y"])]) == nil)
        #expect(
            refusal(of: [.init("a", .float32([0, 1]), dictionary: ["x", "y"])])
                == "a: a dictionary goes with codes, not with float32"
        )
    }

    @Test func columnsAndTextsAreCounted() {
        let columns = (0..<4).map { TableColumns.Column("c\($0)", .codes8([0, 0])) }
        #expect(refusal(of: columns, configure: { $0.columnsMax = 4 }) == nil)
        #expect(
            refusal(of: columns, configure: { $0.columnsMax = 3 })
                == "columns: 4 are above the limit of 3"
        )
        let texts = [TableColumns.Column("a", .codes8([0, 0]), dictionary: ["xx", "yy", "zz"])]
        #expect(refusal(of: texts, configure: { $0.dictionaryTextsMax = 3 }) == nil)
        #expect(
            refusal(of: texts, configure: { $0.dictionaryTextsMax = 2 })
                == "a: the dictionary has 3 texts; at most 2 are allowed"
        )
        #expect(refusal(of: texts, configure: { $0.dictionaryBytesMax = 6 }) == nil)
        #expect(
            refusal(of: texts, configure: { $0.dictionaryBytesMax = 5 })
                == "columns: the dictionaries have 6 bytes; at most 5 are allowed"
        )
    }

    @Test func asManyColumnsAsAreAllowedFitAMessage() {
        let limits = RPCLimits()
        let columns = (0..<limits.columnsMax).map { TableColumns.Column("c\($0)", .codes8([0])) }
        #expect(refusal(of: columns, rowCount: 1) == nil)
        #expect(
            refusal(of: columns + [.init("more", .codes8([0]))], rowCount: 1)
                == "columns: 4097 are above the limit of 4096"
        )
    }

    @Test func columnsGoWithNoOtherForm() {
        var table = PredictRequest(
            model: "m",
            rows: .table(TableColumns(rowCount: 1, columns: [.init("a", .float32([1]))]))
        ).encoded()
        // person_age, one float32.
        table += [0x82, 0x01, 0x04, 0, 0, 0x80, 0x3F]
        #expect(message(of: table) == "person_age goes with no columns by name")
        let prepared = PredictRequest(
            model: "m",
            rows: .prepared(PreparedMatrix(rowCount: 1, featureCount: 1))
        ).encoded()
        // A column of no fields.
        #expect(message(of: prepared + [0xDA, 0x01, 0]) == "columns go with no prepared matrix")
    }

    private func message(of bytes: [UInt8]) -> String? {
        let span = unsafe bytes.span.bytes
        do throws(RPCStatus) {
            guard let message = try? PredictMessage(walking: span, fieldsMax: 64) else {
                return "not walked"
            }
            try message.validate(in: span, limits: RPCLimits())
            return nil
        } catch {
            return error.message
        }
    }

    @Test(arguments: [1, 2, 511, 3 * PredictPool.sliceRowsMax + 1])
    func columnsOfEveryFormAreScored(rowCount: Int) async throws {
        var random = SeededGenerator(seed: UInt64(rowCount))
        let numbers = (0..<rowCount).map { _ in Float.random(in: -9...9, using: &random) }
        let codes = (0..<rowCount).map { UInt16($0 % 3) }
        let columns = TableColumns(
            rowCount: rowCount,
            columns: [
                .init("first", .float32(numbers)),
                .init("second", .codes16(codes), dictionary: ["1.5", "-2", "0"]),
            ]
        )
        let response = try await withServer { server in
            try await withClient(server) { client in
                try await client.predict(PredictRequest(model: "m", rows: .table(columns)))
            }
        }
        let expected = (0..<rowCount).map { row in
            FakeModel.probability(numbers[row] + [1.5, -2, 0][row % 3] * 2)
        }
        #expect(response.probabilities == expected)
    }
}
