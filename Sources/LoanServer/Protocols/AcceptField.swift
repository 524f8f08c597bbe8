// SPDX-License-Identifier: Apache-2.0

/// The types of answers that a caller takes (`Accept`, RFC 9110, 12.5.1).
struct AcceptField {
    private struct Range {
        /// In lower case, without parameters.
        let type: String
        /// From 0, never, to 1.
        let quality: Double
    }

    private let ranges: [Range]

    /// - Parameter values: of all fields; none takes everything.
    init(_ values: [String]) {
        ranges = values.flatMap { $0.split(separator: ",") }.map { element in
            let parts = element.split(separator: ";", omittingEmptySubsequences: false)
                .map { String($0).trimmed.lowercased() }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }
            let quality = weight.flatMap { Double($0.dropFirst(2)) } ?? 1
            return Range(type: parts.first ?? "", quality: min(max(quality, 0), 1))
        }
    }

    /// How much a type is wanted: the range that names it most exactly says it.
    func quality(of type: String) -> Double {
        guard !ranges.isEmpty else { return 1 }
        let whole = type.prefix { $0 != "/" } + "/*"
        for name in [type, String(whole), "*/*"] {
            if let range = ranges.first(where: { $0.type == name }) { return range.quality }
        }
        return 0
    }
}
