// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The longest start of the text that has at most `limit` bytes of UTF-8 and ends between two
    /// of its Unicode scalars.
    package func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: limit)
        while Index(end, within: unicodeScalars) == nil { utf8.formIndex(before: &end) }
        return String(unicodeScalars[..<end])
    }
}
