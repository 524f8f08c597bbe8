// SPDX-License-Identifier: Apache-2.0

extension Generation {
    /// A new generation of the time `now`, or, where that would not sort after `newest`, of the
    /// second after it: the clocks of several writers differ, and one of them may be set back.
    ///
    /// The fraction of the second leads the random number, so that two writings of one second keep
    /// their order.
    /// - Parameters:
    ///   - now: the time of day in seconds since 1970, UTC.
    ///   - newest: the last generation that is stored; nil for the first one.
    package init(now: Double, after newest: Generation?) {
        let second = now.rounded(.down)
        let fraction = min(UInt32((now - second) * 4_096), 4_095)
        let chance = UInt32.random(in: 0..<1 << 20)
        self.init(secondsSince1970: Int(second), random: fraction << 20 | chance)
        if let newest, self < newest, let last = newest.secondsSince1970 {
            self.init(secondsSince1970: last + 1, random: fraction << 20 | chance)
        }
    }

    /// The time that the name says; nil where it is none, as in a name that someone made up.
    var secondsSince1970: Int? {
        let digits = name.utf8.prefix(15).filter { $0 != UInt8(ascii: "T") }.map {
            Int($0) - Int(UInt8(ascii: "0"))
        }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
        return UTCTime.seconds(
            year: number(0..<4),
            month: number(4..<6),
            day: number(6..<8),
            hour: number(8..<10),
            minute: number(10..<12),
            second: number(12..<14)
        )
    }
}
