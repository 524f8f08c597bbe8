// SPDX-License-Identifier: Apache-2.0

import LoanService
import Testing

/// What a record may be started with.
@Suite struct RecordSettingsTests {
    private func settings(
        folder: String? = "record",
        mode: String? = nil,
        place: StorageLocation? = nil,
        ringBytes: Int? = nil,
        diskBytes: Int? = nil,
        days: Int? = nil,
        stream: String? = nil,
        key: [UInt8]? = nil
    ) throws(RecordSettings.Problem) -> RecordSettings? {
        try RecordSettings.of(
            folder: folder,
            mode: mode,
            place: place,
            ringBytes: ringBytes,
            diskBytes: diskBytes,
            retentionDays: days,
            stream: stream,
            idKey: key
        )
    }

    @Test func withoutAFolderNothingIsRecorded() throws {
        #expect(try settings(folder: nil) == nil)
        #expect(try settings(folder: nil, mode: "off") == nil)
        #expect(try settings(mode: "off") == nil)
    }

    @Test func aFolderAloneRecordsWhatItCan() throws {
        let found = try #require(try settings())
        #expect(found.folder == "record")
        #expect(!found.isDurable)
        #expect(try settings(mode: "durable")?.isDurable == true)
    }

    @Test func theModesAreThoseOfTheRecord() {
        #expect(RecordSettings.modes == ["off", "best-effort", "required", "durable"])
    }

    private func problem(_ body: () throws(RecordSettings.Problem) -> RecordSettings?) -> String? {
        do throws(RecordSettings.Problem) {
            _ = try body()
            return nil
        } catch {
            return error.option
        }
    }

    @Test func eachWrongOptionIsNamed() {
        #expect(
            problem { () throws(RecordSettings.Problem) in try settings(mode: "all") }
                == "record-mode"
        )
        #expect(
            problem { () throws(RecordSettings.Problem) in try settings(folder: "") } == "record"
        )
        #expect(
            problem { () throws(RecordSettings.Problem) in
                try settings(folder: nil, mode: "required")
            } == "record-mode"
        )
        #expect(
            problem { () throws(RecordSettings.Problem) in
                try settings(folder: nil, ringBytes: 64 << 20)
            } == "record-ring-bytes"
        )
        #expect(
            problem { () throws(RecordSettings.Problem) in
                try settings(folder: nil, place: .s3(bucket: "b", key: "k"))
            } == "record-place"
        )
        #expect(
            problem { () throws(RecordSettings.Problem) in try settings(ringBytes: 1) }
                == "record-ring-bytes"
        )
        #expect(
            problem { () throws(RecordSettings.Problem) in try settings(diskBytes: 1 << 20) }
                == "record-disk-bytes"
        )
        #expect(
            problem { () throws(RecordSettings.Problem) in try settings(stream: "a/b") }
                == "record-stream"
        )
        #expect(
            problem { () throws(RecordSettings.Problem) in try settings(key: [1, 2, 3]) }
                == "record-id-key-file"
        )
    }

    @Test(arguments: [(0, false), (1, true), (36_500, true), (36_501, false)])
    func theRetentionHasItsBounds(days: Int, isRight: Bool) {
        let found = problem { () throws(RecordSettings.Problem) in try settings(days: days) }
        #expect(found == (isRight ? nil : "record-retention-days"))
    }
}
