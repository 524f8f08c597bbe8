// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Turns a JSON text into UBJSON, for the model that fuzzing begins with.
enum UBJSONSeed {
    static func write(_ json: String, into bytes: inout [UInt8]) {
        let value = try? JSONSerialization.jsonObject(with: Data(json.utf8))
        append(value as Any, &bytes)
    }

    private static func append(_ value: Any, _ bytes: inout [UInt8]) {
        switch value {
        case let object as [String: Any]:
            bytes.append(UInt8(ascii: "{"))
            for key in object.keys.sorted() {
                appendText(key, &bytes)
                append(object[key] as Any, &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        case let array as [Any]:
            bytes.append(UInt8(ascii: "["))
            for element in array { append(element, &bytes) }
            bytes.append(UInt8(ascii: "]"))
        case let text as String:
            bytes.append(UInt8(ascii: "S"))
            appendText(text, &bytes)
        case let number as NSNumber:
            // What is whole is an integer: no reader takes a float where one must be.
            let whole = Int32(exactly: number.doubleValue)
            bytes.append(whole == nil ? UInt8(ascii: "d") : UInt8(ascii: "l"))
            let bits = whole.map { UInt32(bitPattern: $0) } ?? number.floatValue.bitPattern
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: bits >> (24 - 8 * $0)) }
        default: bytes.append(UInt8(ascii: "Z"))
        }
    }

    private static func appendText(_ text: String, _ bytes: inout [UInt8]) {
        bytes += [UInt8(ascii: "U"), UInt8(text.utf8.count)] + text.utf8
    }
}
