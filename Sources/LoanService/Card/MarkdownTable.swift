// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import JSON

/// A table of Markdown.
struct MarkdownTable {
    private let head: [String]
    private var rows: [[String]] = []

    init(_ head: [String]) { self.head = head }

    /// Adds a row of text that is Markdown already.
    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The table, a row a line; nothing without rows.
    var lines: [String] {
        guard !rows.isEmpty else { return [] }
        let rule = head.map { _ in "---" }
        return ([head, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
    }
}

/// Values of a card as text of Markdown.
enum MarkdownText {
    /// What stands for a figure that there is not.
    static let unknown = "not measured"

    /// A text that was written by people or found in a table: nothing in it is Markdown.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\n": result += " "
            case "\\", "`", "*", "_", "[", "]", "<", ">", "#", "|", "~", "&", "!":
                result += "\\\(character)"
            default: result.append(character)
            }
        }
        return result
    }

    /// A text of several lines as a paragraph each.
    static func paragraphs(_ text: String) -> [String] {
        text.split(separator: "\n").flatMap { [escaped(String($0)), ""] }
    }

    /// A figure with four digits after the point.
    static func figure(_ value: JSONValue?) -> String { number(value, digits: 4) }

    /// A figure with its interval, where it has one.
    static func interval(_ value: JSONValue?) -> String {
        guard let object = value?.object else { return unknown }
        let text = figure(object["value"])
        guard case .number = object["lower"], case .number = object["upper"] else { return text }
        return "\(text) (\(figure(object["lower"])) to \(figure(object["upper"])))"
    }

    /// A share in percent, with its interval where it has one.
    static func percent(_ value: JSONValue?) -> String {
        guard let object = value?.object else { return unknown }
        func part(_ key: String) -> String? {
            guard case .number(let number)? = object[key] else { return nil }
            return String(format: "%.1f", number.value * 100)
        }
        guard let share = part("value") else { return unknown }
        guard let lower = part("lower"), let upper = part("upper") else { return "\(share) %" }
        return "\(share) % (\(lower) to \(upper))"
    }

    /// A number with some digits after the point; a whole one without.
    static func number(_ value: JSONValue?, digits: Int) -> String {
        guard case .number(let number)? = value else { return unknown }
        if number.isInteger, abs(number.value) < 1e15 { return "\(Int(number.value))" }
        return String(format: "%.\(digits)f", number.value)
    }

    /// Any value that is no list or object, as it is.
    static func plain(_ value: JSONValue?) -> String {
        switch value {
        case .string(let text)?: escaped(text)
        case .bool(let flag)?: flag ? "yes" : "no"
        case .number(let number)?:
            number.isInteger && abs(number.value) < 1e15
                ? "\(Int(number.value))" : "\(number.value)"
        case .null?, nil, .array?, .object?: unknown
        }
    }
}
