// SPDX-License-Identifier: Apache-2.0

/// The path of a request target, whose bytes may be percent-encoded (RFC 3986, section 2.1).
enum PercentEncodedPath {
    /// The path with its segments decoded; nil when an encoding is malformed, is not UTF-8, or
    /// stands for a slash or a NUL: then two readers could split the path differently.
    static func decoded(_ path: String) -> String? {
        guard path.utf8.contains(UInt8(ascii: "%")) else { return path }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(path.utf8.count)
        var rest = path.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexDigit, let low = rest.popFirst()?.hexDigit else {
                return nil
            }
            let decoded = UInt8(high << 4 | low)
            guard decoded != 0, decoded != UInt8(ascii: "/") else { return nil }
            bytes.append(decoded)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
