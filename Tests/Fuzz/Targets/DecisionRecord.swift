// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
internal import Foundation
internal import TestSupport

extension FuzzTarget {
    /// A decision record: a segment in two pieces, or, where the first byte is odd, the payload of
    /// a frame of some type, since few changes get past the checksums. Whatever comes, frames lie
    /// within their segment and follow each other, and columns have a value for each row.
    static let record = FuzzTarget(
        name: "record",
        seeds: { RecordSeed.segment.map { [0, 0, 40] + $0 } + RecordSeed.payloads },
        run: { bytes in
            var input = FuzzInput(bytes)
            guard input.byte() % 2 == 0 else {
                let type = RecordFrameType(rawValue: input.byte())
                let content = accepted { () throws(RecordReadError) in
                    try RecordContent(type, payload: Array(input.rest))
                }
                return content.flatMap(fault)
            }
            let place = input.number(upTo: 4_096)
            return segmentFault(Array(input.rest), cut: place)
        }
    )

    private static func segmentFault(_ segment: [UInt8], cut: Int) -> String? {
        let middle = min(cut, segment.count)
        let parts = [Array(segment[..<middle]), Array(segment[middle...])]
        var decoder = SegmentDecoder(name: "server-1/1.segment")
        var (end, fault) = (SegmentDecoder.prefixByteCount, String?.none)
        let isWhole = accepted { () throws(RecordReadError) -> Bool in
            for part in parts {
                _ = try decoder.append(part.span) { frame throws(RecordReadError) in
                    if frame.offset != end { fault = "a frame does not follow the one before it" }
                    end += RecordFrameHeader.byteCount + frame.payload.count
                    let content = try frame.content()
                    fault = fault ?? self.fault(content)
                    return true
                }
            }
            try decoder.finish()
            return true
        }
        if isWhole == true, end != segment.count { return "a whole segment has a rest" }
        return fault
    }

    private static func fault(_ content: RecordContent) -> String? {
        guard case .decisions(let decisions) = content else { return nil }
        let rows = decisions.head.rowCount
        guard rows > 0, decisions.margins.count % rows == 0, decisions.numbers.count % rows == 0
        else { return "a column has not a value for each row" }
        // What is rare is read apart.
        let texts = accepted { () throws(RecordReadError) in try decisions.unknownTexts() }
        guard texts?.allSatisfy({ $0.row < rows }) ?? true else { return "a text has no row" }
        let reasons = accepted { () throws(RecordReadError) in try decisions.reasons() }
        guard case .some(.some(let reasons)) = reasons else { return nil }
        return reasons.counts.count == rows ? nil : "the reasons have no rows"
    }
}

/// The segment of Tests/Fixtures/record/frames, and its payloads, each after its type.
private enum RecordSeed {
    static let path = "Tests/Fixtures/record/frames/server-1/00000000000000000001.segment"

    /// None where the fixtures are not there.
    static var segment: [[UInt8]] {
        let url = PythonOracle.repository.appendingPathComponent(path)
        return (try? Data(contentsOf: url)).map { [Array($0)] } ?? []
    }

    static var payloads: [[UInt8]] {
        var payloads: [[UInt8]] = []
        for segment in segment {
            var decoder = SegmentDecoder(name: path)
            _ = accepted { () throws(RecordReadError) -> Bool in
                try decoder.append(segment.span) { frame throws(RecordReadError) in
                    payloads.append([1, frame.type.rawValue] + frame.payload)
                    return true
                }
            }
        }
        return payloads
    }
}
