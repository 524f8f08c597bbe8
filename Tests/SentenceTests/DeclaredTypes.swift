// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// The types that the sources declare, as far as errors are concerned: read from the text, so that
/// a new one, or a new case, cannot be forgotten.
struct DeclaredTypes: Sendable {
    /// One declared type.
    struct Declaration: Sendable {
        let file: String
        let isError: Bool
        /// The cases of an enum.
        var cases: Set<String> = []
    }

    /// By qualified name, such as `ForestError.Feature`.
    private(set) var byName: [String: Declaration] = [:]

    init() throws {
        let root = PythonOracle.repository.appendingPathComponent("Sources")
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            let path = file.path.dropFirst(root.path.count + 1)
            guard path.hasSuffix(".swift"), !path.contains("/generated/") else { continue }
            read(try String(contentsOf: file, encoding: .utf8), String(path))
        }
    }

    var errors: Set<String> { Set(byName.filter(\.value.isError).keys) }

    private mutating func read(_ text: String, _ file: String) {
        var open: [(indent: Int, name: String)] = []
        for line in text.split(separator: "\n") {
            let indent = line.prefix { $0 == " " }.count
            let words = line.dropFirst(indent)
            if words.hasPrefix("}") {
                open.removeAll { $0.indent >= indent }
            } else if Self.mayDeclare(words),
                let match = words.prefixMatch(
                    of: /(?:[a-z@]+ )*(?:enum|struct|class|actor|extension) ([A-Za-z0-9.]+)(.*)/
                )
            {
                open.removeAll { $0.indent >= indent }
                open.append((indent, String(match.1)))
                let name = open.map(\.name).joined(separator: ".")
                let isError = match.2.contains(/: (?:[A-Za-z, ]*, )?(?:any )?Error\b(?!>)/)
                if byName[name] == nil || isError {
                    let cases = byName[name]?.cases ?? []
                    byName[name] = Declaration(file: file, isError: isError, cases: cases)
                }
                if words.hasSuffix("{}") { open.removeLast() }
            } else if words.hasPrefix("case "), let type = open.last, indent == type.indent + 4 {
                let name = open.map(\.name).joined(separator: ".")
                byName[name]?.cases.formUnion(Self.names(words.dropFirst(5)))
            }
        }
    }

    /// Whether a line is worth a closer look.
    private static func mayDeclare(_ words: Substring) -> Bool {
        !words.hasPrefix("//")
            && (words.hasSuffix("{") || words.hasSuffix("{}"))
            && ["enum ", "struct ", "class ", "actor ", "extension "].contains(
                where: words.contains
            )
    }

    /// The names in `big(Int, of: String), small = "s"`.
    private static func names(_ list: Substring) -> [String] {
        var depth = 0
        var parts: [String] = [""]
        for character in list {
            switch character {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "," where depth == 0: parts.append("")
            default: if depth == 0 { parts[parts.count - 1].append(character) }
            }
        }
        return parts.compactMap { $0.firstMatch(of: /[A-Za-z0-9]+/).map { String($0.output) } }
    }
}
