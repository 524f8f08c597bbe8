// SPDX-License-Identifier: Apache-2.0

/// A file of sections with settings, by the rules of the AWS tools.
///
/// Those are the rules of Python's `RawConfigParser`: `=` or `:` between name and value, names in
/// any case, comments on lines of their own after `#` or `;`, values that go on in lines indented
/// deeper, `[DEFAULT]` for all sections, and nothing twice. Source:
/// https://docs.python.org/3/library/configparser.html#supported-ini-file-structure.
struct INIFile {
    /// A section with its settings, whose names are in lower case.
    struct Section: Equatable {
        let name: String
        var values: [String: String] = [:]
    }

    /// The sections in the order of the file, without `DEFAULT`.
    let sections: [Section]

    /// - Throws: the first line that cannot be read.
    init(_ text: String) throws(INIFault) {
        var parser = Parser()
        for line in Self.lines(of: text) { try parser.read(line) }
        sections = parser.finished()
    }

    /// The settings within a value: its lines `name = value`; others are passed over.
    static func nested(_ value: String) -> [String: String] {
        var values: [String: String] = [:]
        for line in lines(of: value) {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let name = String(line[..<equals].trimmingSpaces())
            values[name] = String(line[line.index(after: equals)...].trimmingSpaces())
        }
        return values
    }

    /// Lines end with LF, CR or both.
    private static func lines(of text: String) -> [Substring] {
        text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
    }

    private struct Parser {
        /// The settings of `[DEFAULT]` come first.
        private var sections = [Section(name: "DEFAULT")]
        private var current: Int?
        private var option: String?
        private var indent = 0
        private var line = 0

        mutating func read(_ text: Substring) throws(INIFault) {
            line += 1
            let value = text.trimmingSpaces()
            if text.utf8.contains(0) { throw fault }
            if value.hasPrefix("#") || value.hasPrefix(";") { return }
            let depth = text.prefix { $0.isSpaceOfLines }.count
            // An empty line does not end a value.
            if value.isEmpty || option != nil && depth > indent { return append(value) }
            indent = depth
            if value.hasPrefix("["), let end = value.lastIndex(of: "]") {
                let name = value[..<end].dropFirst().trimmingSpaces()
                if !name.isEmpty { return try begin(String(name)) }
            }
            try set(value)
        }

        func finished() -> [Section] {
            sections.dropFirst().map { section in
                let all = section.values.merging(sections[0].values) { own, _ in own }
                return Section(
                    name: section.name,
                    values: all.mapValues { String($0.droppingSpacesAtEnd()) }
                )
            }
        }

        private var fault: INIFault { INIFault(line: line) }

        private mutating func begin(_ name: String) throws(INIFault) {
            option = nil
            let known = sections.firstIndex { $0.name == name }
            if let known, known > 0 { throw fault }
            current = known ?? sections.endIndex
            if known == nil { sections.append(Section(name: name)) }
        }

        private mutating func set(_ text: Substring) throws(INIFault) {
            guard let current, let separator = text.firstIndex(where: { $0 == "=" || $0 == ":" })
            else { throw fault }
            let name = text[..<separator].trimmingSpaces().lowercased()
            guard !name.isEmpty, sections[current].values[name] == nil else { throw fault }
            let value = text[text.index(after: separator)...].trimmingSpaces()
            sections[current].values[name] = String(value)
            option = name
        }

        private mutating func append(_ value: Substring) {
            guard let current, let option else { return }
            sections[current].values[option, default: ""] += "\n\(value)"
        }
    }
}

/// A line that is no section, setting or comment, or that says what another one says already.
struct INIFault: Error, Equatable {
    /// Counted from 1.
    let line: Int
}

extension Character {
    /// A space, tab or other separator of ASCII.
    fileprivate var isSpaceOfLines: Bool {
        self == " " || self == "\t" || self == "\u{B}" || self == "\u{C}" || isNewline
    }
}

extension StringProtocol where SubSequence == Substring {
    /// Without white space at the ends.
    fileprivate func trimmingSpaces() -> Substring {
        drop(while: \.isSpaceOfLines).droppingSpacesAtEnd()
    }

    /// Without white space at the end.
    fileprivate func droppingSpacesAtEnd() -> Substring {
        guard let last = lastIndex(where: { !$0.isSpaceOfLines }) else { return "" }
        return self[...last]
    }
}
