// SPDX-License-Identifier: Apache-2.0

/// A bucket's name by the rules of S3: it is safe as a host label and as a path component.
///
/// 3 to 63 characters of `a-z`, `0-9`, `.` and `-`; letters or digits at both ends and next to each
/// dot; not of the form of an IPv4 address; none of the prefixes and suffixes that AWS reserves.
/// Source: "Bucket naming rules" of the Amazon S3 User Guide.
package struct BucketName: Sendable, Hashable, CustomStringConvertible {
    /// The shortest and longest names, in characters.
    package static let lengths = 3...63

    /// The name as given.
    package let name: String

    /// Checks `name` against the rules.
    /// - Throws: `invalidBucketName`.
    package init(_ name: String) throws(ObjectStoreError) {
        guard Self.isValid(name) else { throw .invalidBucketName }
        self.name = name
    }

    /// Whether the name has a dot, which no wildcard certificate of a virtual host covers.
    package var hasDot: Bool { name.utf8.contains(UInt8(ascii: ".")) }

    /// The name as given.
    package var description: String { name }

    private static let reservedPrefixes = ["xn--", "sthree-", "amzn-s3-demo-"]
    private static let reservedSuffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]

    private static func isValid(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard lengths.contains(bytes.count), bytes.allSatisfy(isAllowed) else { return false }
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let labelsAreSound = labels.allSatisfy { label in
            guard let first = label.first, let last = label.last else { return false }
            return first != UInt8(ascii: "-") && last != UInt8(ascii: "-")
        }
        guard labelsAreSound, !isAddress(labels) else { return false }
        return !reservedPrefixes.contains(where: name.hasPrefix)
            && !reservedSuffixes.contains(where: name.hasSuffix)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "-"):
            return true
        default:
            return false
        }
    }

    private static func isAddress(_ labels: [ArraySlice<UInt8>]) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return labels.count == 4 && labels.allSatisfy { $0.allSatisfy(digits.contains) }
    }
}
