// SPDX-License-Identifier: Apache-2.0

/// The `Host` field: `uri-host [ ":" port ]` (RFC 9110, section 7.2; RFC 3986, section 3.2.2).
enum HostField {
    /// Whether a value is one; an empty one is.
    static func isWellFormed(_ value: ArraySlice<UInt8>) -> Bool {
        guard value.first == UInt8(ascii: "[") else {
            let colon = value.firstIndex(of: UInt8(ascii: ":")) ?? value.endIndex
            return isName(value[..<colon]) && isPort(value[colon...])
        }
        guard let end = value.firstIndex(of: UInt8(ascii: "]")) else { return false }
        let address = value[value.startIndex + 1..<end]
        let isAddress = address.allSatisfy { byte in
            byte == UInt8(ascii: ":") || byte.isHostName
        }
        return isAddress && !address.isEmpty && isPort(value[(end + 1)...])
    }

    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.popFirst()?.hexDigit != nil, rest.popFirst()?.hexDigit != nil else {
                    return false
                }
            } else if !byte.isHostName {
                return false
            }
        }
        return true
    }

    /// Nothing, or a colon and digits.
    private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.isEmpty
            || bytes.first == UInt8(ascii: ":") && bytes.dropFirst().allSatisfy(\.isDigit)
    }
}
