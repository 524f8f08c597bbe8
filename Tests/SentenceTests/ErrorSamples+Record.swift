// SPDX-License-Identifier: Apache-2.0

import DecisionRecord

/// What those meet who write and read the record of decisions.
extension ErrorSamples {
    private static let file = RecordFileError("record/ring", .open, 13)
    private static let cut = RecordReadError.segment(name: "a/1.segment", .cut(offset: 71))

    static let record: [ErrorSamples] = [
        ErrorSamples(
            "RecordError",
            // The system's own words stand for the number of the error.
            unsaid: ["13", "71"],
            [
                "setting": RecordError.setting(.ringBytes, minimum: 73, maximum: 74),
                "setting": .setting(.retention, minimum: 73, maximum: nil),
                "stream": .stream("../a"),
                "locked": .locked(folder: "record"),
                "file": .file(file),
                "diskBound": .diskBound(folder: "record", limit: 72),
                "chain": .chain(path: "record/a", cut),
                "store": .store(RecordStoreError("the bucket 'b' is away")),
                "pinnedTooLarge": .pinnedTooLarge(limit: 72),
                "pinnedDigest": .pinnedDigest("0a1b"),
                "tooManyContexts": .tooManyContexts(limit: 72),
                "contextTooLarge": .contextTooLarge(limit: 72),
                "noThread": .noThread(code: 13),
            ]
        ),
        ErrorSamples(
            "RecordRefusal",
            [
                "ringFull": RecordRefusal.ringFull(byteCount: 71),
                "obstacle": .obstacle("the disk is full"),
                "tooLarge": .tooLarge(limit: 72),
                "notDurable": .notDurable("the disk is slow"),
                "stopped": .stopped,
            ]
        ),
        ErrorSamples(
            "RecordReadError",
            unsaid: ["13"],
            [
                "file": RecordReadError.file(file),
                "store": .store(RecordStoreError("the bucket 'b' is away")),
                "segment": cut,
                "message": .message("a column has no end"),
                "notPinned": .notPinned(digest: "0a1b"),
                "pinnedDigest": .pinnedDigest(digest: "0a1b"),
                "pinnedTooLarge": .pinnedTooLarge(digest: "0a1b", limit: 72),
                "noStream": .noStream(name: "server-1"),
            ]
        ),
        ErrorSamples(
            "SegmentFault",
            [
                "notASegment": RecordReadError.segment(name: "a", .notASegment),
                "version": .segment(name: "a", .version(71)),
                "cut": .segment(name: "a", .cut(offset: 71)),
                "tooLong": .segment(name: "a", .tooLong(offset: 71, length: 72)),
                "checksum": .segment(name: "a", .checksum(offset: 71, sequence: 72)),
                "order": .segment(name: "a", .order(offset: 71, expected: 72, found: 73)),
                "message": .segment(
                    name: "a",
                    .message(offset: 71, sequence: 72, what: "a column has no end")
                ),
                "header": .segment(name: "a", .header(offset: 71)),
                "afterFooter": .segment(name: "a", .afterFooter(offset: 71)),
            ]
        ),
    ]
}
