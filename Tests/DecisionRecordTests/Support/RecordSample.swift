// SPDX-License-Identifier: Apache-2.0

import DecisionRecord

/// A record with something of everything, as the fixture of the format has it.
enum RecordSample {
    static let reasons = RecordedReasons(
        counts: [2, 0],
        features: [2, 0],
        contributions: [1_234_567_890_123, 5],
        unit: 0.25,
        classes: [0, RecordedReasons.unexplained],
        all: [5, -1, 1_234_567_890_123, 0, 0, 0],
        baselineNumbers: [30, 11.5],
        baselineCodes: [0]
    )

    /// The ids in the order in which they are appended.
    static let ids = ["request-1", "batch-2"]

    static func append(to recorder: DecisionRecorder) throws {
        let first = try recorder.register(.applications("1"))
        let second = try recorder.register(.applications("2"))
        try recorder.appendOne(first, id: ids[0])
        let id = Array(ids[1].utf8)
        let numbers: [Float] = [42, 17.25, .nan, -0.0]
        let codes: [UInt8] = [254, 1]
        let margins: [Float] = [-1.5, 0.25]
        let values: [Float] = [0.182_425_52, 0.562_176_5]
        let calibrated = [0.125, 0.5]
        let points: [Int32] = [600, -7]
        let bands: [UInt8] = [0, 1]
        let outcomes: [UInt8] = [0, 2]
        let rules: [UInt64] = [0, 1]
        try recorder.append(
            DecisionHead(
                context: first,
                timeMilliseconds: 1_800_000_000_123,
                transport: .rpc,
                rowCount: 2
            ),
            id: id.span,
            numbers: numbers.span,
            codes: codes.span,
            unknown: [UnknownText(feature: 1, row: 0, text: "Z\u{fc}rich")],
            margins: margins.span,
            values: values.span,
            calibrated: calibrated.span,
            points: points.span,
            bands: bands.span,
            outcomes: outcomes.span,
            rules: rules.span,
            reasons: reasons
        )
        try recorder.append(
            ShadowBatch(
                champion: first,
                challenger: second,
                id: Array(ids[0].utf8),
                timeMilliseconds: 1_800_000_000_000,
                rowCount: 1,
                margins: [-1.25],
                values: [0.222_700_14]
            )
        )
        try recorder.append(
            OutcomeBatch(
                model: "risk",
                timeMilliseconds: 1_800_000_100_000,
                outcomes: [
                    RecordedOutcome(
                        id: Array(ids[0].utf8),
                        row: 0,
                        isPositive: true,
                        timeMilliseconds: 1_800_000_090_000,
                        groups: [.init(column: "loan_grade", value: "B")]
                    )
                ]
            )
        )
        // The gap comes after all that was appended.
        _ = eventually { recorder.state.ringBytes == 0 }
        recorder.drop(rows: 3, timeMilliseconds: 1_800_000_200_000)
    }
}
