// SPDX-License-Identifier: Apache-2.0

extension String {
    /// Bytes of a caller's text that an error repeats.
    package static let excerptBytesMax = 128

    /// The part of a text from a caller that an error repeats: enough to recognize it, however long
    /// it is. JSON makes at most six bytes of each.
    package var excerpt: String { cut(bytesMax: Self.excerptBytesMax) }

    /// The whole characters of the beginning that fit, and an ellipsis where some do not.
    package func cut(bytesMax: Int) -> String {
        guard utf8.count > bytesMax else { return self }
        // By scalars: one grapheme may be as long as the whole text.
        var bytes = 0
        let whole = unicodeScalars.prefix { scalar in
            bytes += UTF8.width(scalar)
            return bytes <= bytesMax
        }
        return String(whole) + "…"
    }
}
