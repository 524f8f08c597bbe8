// SPDX-License-Identifier: Apache-2.0

/// The field `grpc-timeout`: at most eight digits and a unit.
package enum GRPCTimeout {
    static let field = "grpc-timeout"

    /// The time that a value stands for; nil where it is malformed.
    package static func duration(_ text: String) -> Duration? {
        guard let unit = text.utf8.last else { return nil }
        let digits = text.utf8.dropLast()
        guard (1...8).contains(digits.count),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int64(String(decoding: Array(digits), as: UTF8.self))
        else { return nil }
        switch unit {
        case UInt8(ascii: "H"): return .seconds(3600 * number)
        case UInt8(ascii: "M"): return .seconds(60 * number)
        case UInt8(ascii: "S"): return .seconds(number)
        case UInt8(ascii: "m"): return .milliseconds(number)
        case UInt8(ascii: "u"): return .microseconds(number)
        case UInt8(ascii: "n"): return .nanoseconds(number)
        default: return nil
        }
    }
}
