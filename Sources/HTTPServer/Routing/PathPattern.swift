// SPDX-License-Identifier: Apache-2.0

/// A path with placeholders: `/v2/models/{model}/infer`, `/v1/models/{model}:predict`. A
/// placeholder stands for a part of one segment, never for nothing.
struct PathPattern: Sendable {
    private enum Segment: Equatable {
        case literal(Substring)
        case placeholder(name: String, suffix: String)
    }

    private let segments: [Segment]

    init(_ text: String) {
        segments = Self.split(text).map { segment in
            guard segment.first == "{", let end = segment.firstIndex(of: "}") else {
                return .literal(segment)
            }
            return .placeholder(
                name: String(segment[segment.index(after: segment.startIndex)..<end]),
                suffix: String(segment[segment.index(after: end)...])
            )
        }
    }

    /// By bytes: a slash that an accent follows is a slash.
    private static func split(_ path: String) -> [Substring] {
        path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { Substring($0) }
    }

    /// Whether any part of the path may vary.
    var hasPlaceholders: Bool {
        segments.contains { if case .placeholder = $0 { true } else { false } }
    }

    /// How much of the path is given: of two patterns that match, the greater one counts.
    var specificity: [Int] {
        segments.map { segment in
            switch segment {
            case .literal: Int.max
            case .placeholder(_, let suffix): suffix.utf8.count
            }
        }
    }

    /// What the placeholders stand for in `path`; nil when the pattern does not match.
    func match(_ path: String) -> [String: String]? {
        let parts = Self.split(path)
        guard parts.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (part, segment) in zip(parts, segments) {
            switch segment {
            case .literal(let text):
                guard part == text else { return nil }
            case .placeholder(let name, let suffix):
                guard part.utf8.count > suffix.utf8.count, part.hasSuffix(suffix) else {
                    return nil
                }
                values[name] = String(part.dropLast(suffix.count))
            }
        }
        return values
    }
}
