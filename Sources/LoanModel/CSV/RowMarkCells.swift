// SPDX-License-Identifier: Apache-2.0

import ForestInference

/// The cells that say what rows are in addition to their features, while they are being read: of a
/// table so far, or of a block of its rows.
struct RowMarkCells: Sendable {
    /// Why a cell cannot be read.
    enum Failure: Error {
        /// It is neither a date nor a number, or not of the kind of those before it.
        case time
        /// There is none.
        case group
        case category(CategoryBuilder.Failure)
    }

    private var times: [Double] = []
    /// Whether times are dates; nil before the first one.
    private var timesAreDates: Bool?
    private var groups: [UInt64] = []
    private var codes: [[UInt16]]
    private var builders: [CategoryBuilder]

    /// - Parameter protectedCount: protected columns.
    init(protectedCount: Int) {
        codes = Array(repeating: [], count: protectedCount)
        builders = Array(repeating: CategoryBuilder(), count: protectedCount)
    }

    /// Reads what the cell in `range` says of its row.
    mutating func append(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ mark: RowMark
    ) throws(Failure) {
        switch mark {
        case .time: times.append(try time(text, Blank.trimmed(text, range)))
        case .group: groups.append(try Self.group(text, Blank.trimmed(text, range)))
        case .protected(let place):
            do throws(CategoryBuilder.Failure) {
                codes[place].append(try builders[place].code(of: text, range))
            } catch {
                throw .category(error)
            }
        }
    }

    private mutating func time(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) throws(Failure) -> Double {
        let (value, isDate): (Double, Bool)
        if case .days(let days) = DateText.read(text, range) {
            (value, isDate) = (Double(days), true)
        } else if case .number(let number) = DecimalNumber.double(text, range), number.isFinite {
            (value, isDate) = (number, false)
        } else {
            throw .time
        }
        guard timesAreDates ?? isDate == isDate else { throw .time }
        timesAreDates = isDate
        return value
    }

    /// FNV-1a of 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/), and its bits mixed.
    private static func group(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) throws(Failure) -> UInt64 {
        if MissingMarker.matches(text, range) { throw .group }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in range { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01B3 }
        hash = (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
        return hash ^ hash >> 29
    }

    /// Drops the last row.
    mutating func removeLast() {
        _ = times.popLast()
        _ = groups.popLast()
        for place in codes.indices { codes[place].removeLast() }
    }

    /// Drops all rows but some, which rise.
    mutating func keep(_ kept: [Int]) {
        if !times.isEmpty { times = kept.map { times[$0] } }
        if !groups.isEmpty { groups = kept.map { groups[$0] } }
        for place in codes.indices { codes[place] = kept.map { codes[place][$0] } }
    }

    /// Drops all rows; the categories stay known.
    mutating func removeAll() {
        times = []
        groups = []
        for place in codes.indices { codes[place] = [] }
    }

    /// Whether the rows of a block can be taken over: their times are of the same kind, and their
    /// categories are not too many.
    func fits(_ block: RowMarkCells) -> Bool {
        if let kind = timesAreDates, let other = block.timesAreDates, kind != other { return false }
        return builders.indices.allSatisfy { place in
            block.builders[place].count <= builders[place].countMax - builders[place].count
        }
    }

    /// Takes over the rows of a block that fits.
    mutating func take(_ block: RowMarkCells) {
        times += block.times
        timesAreDates = timesAreDates ?? block.timesAreDates
        groups += block.groups
        for place in codes.indices {
            let new = (0..<block.builders[place].count).map { index in
                builders[place].adopt(index, of: block.builders[place])?.code
                    ?? CategoryColumn.missing
            }
            codes[place] += block.codes[place].map { code in
                code == CategoryColumn.missing ? code : new[Int(code)]
            }
        }
    }

    /// What the rows so far are.
    /// - Parameter columns: what was read.
    func marks(_ columns: MarkedColumns) throws(TableError) -> RowMarks {
        var marks = RowMarks()
        if columns.time != nil { marks.times = times }
        marks.timesAreDates = timesAreDates ?? false
        if columns.group != nil { marks.groups = groups }
        for (place, name) in columns.protected.enumerated() {
            let column = try CategoryColumn(codes: codes[place], names: builders[place].names)
            marks.protected.append(RowMarks.Protected(name: name, column: column))
        }
        return marks
    }
}
