// SPDX-License-Identifier: Apache-2.0

/// Decisions as they lie in a frame: read without copies, column by column.
package struct DecisionFrame: Sendable {
    /// What is said of them apart from their columns.
    package let head: DecisionHead
    /// The message.
    let payload: ArraySlice<UInt8>
    /// The places of the columns in it; empty where one is absent.
    let places: Places

    /// Indices of `payload`.
    struct Places: Sendable {
        var id = 0..<0
        var numbers = 0..<0
        var codes = 0..<0
        var prepared = 0..<0
        var margins = 0..<0
        var values = 0..<0
        var calibrated = 0..<0
        var points = 0..<0
        var bands = 0..<0
        var outcomes = 0..<0
        var rules = 0..<0
        /// Nil where the field is absent.
        var reasons: Range<Int>?
        /// One for each text of an unknown category.
        var unknown: [Range<Int>] = []
        /// Those that the frame has no room for.
        var unknownLeftOut = 0
    }

    /// The id of the request.
    package var id: ArraySlice<UInt8> { bytes(places.id) }
    /// Numbers, column after column.
    package var numbers: RecordColumn<Float> { column(places.numbers) }
    /// Codes, column after column: 254 unknown, 255 missing.
    package var codes: ArraySlice<UInt8> { bytes(places.codes) }
    /// The prepared matrix, column after column, in place of numbers and codes.
    package var prepared: RecordColumn<Float> { column(places.prepared) }
    /// Margins, row after row.
    package var margins: RecordColumn<Float> { column(places.margins) }
    /// Predictions, row after row.
    package var values: RecordColumn<Float> { column(places.values) }
    /// Calibrated probabilities; empty where none were answered.
    package var calibrated: RecordColumn<Double> { column(places.calibrated) }
    /// Points; likewise.
    package var points: RecordColumn<Int32> { column(places.points) }
    /// Indices of bands; likewise.
    package var bands: ArraySlice<UInt8> { bytes(places.bands) }
    /// 0 approve, 1 refer, 2 decline; likewise.
    package var outcomes: ArraySlice<UInt8> { bytes(places.outcomes) }
    /// Bit n says that rule n held; likewise.
    package var rules: RecordColumn<UInt64> { column(places.rules) }

    /// Texts of unknown categories that the frame has no room for.
    package var unknownLeftOut: Int { places.unknownLeftOut }

    private func column<Value>(_ place: Range<Int>) -> RecordColumn<Value> {
        RecordColumn(bytes: bytes(place))
    }

    /// The place of an absent column is not one of the payload's.
    private func bytes(_ place: Range<Int>) -> ArraySlice<UInt8> {
        place.isEmpty ? [] : payload[place]
    }
}
