// SPDX-License-Identifier: Apache-2.0

/// A command line as words, by the rules of Python's `shlex.split`, which the AWS tools use.
///
/// Words end at white space; `'` keeps everything, `"` everything but `\"` and `\\`, and a
/// backslash outside of quotes keeps the next character. Nothing is expanded. Source:
/// https://docs.python.org/3/library/shlex.html#parsing-rules (POSIX mode).
package enum ShellWords {
    /// The words; nil where a quote or a backslash has no end.
    package static func split(_ text: String) -> [String]? {
        var words: [String] = []
        var word: String.UnicodeScalarView?
        var quote: Unicode.Scalar?
        var rest = text.unicodeScalars[...]
        while let next = rest.popFirst() {
            if next == "\\", quote != "'" {
                guard let escaped = rest.popFirst() else { return nil }
                let isKept = quote == "\"" && escaped != "\"" && escaped != "\\"
                word = (word ?? .init()) + (isKept ? [next, escaped] : [escaped])
            } else if next == quote {
                quote = nil
            } else if quote == nil, next == "\"" || next == "'" {
                quote = next
                word = word ?? .init()
            } else if quote == nil, next == " " || next == "\t" || next == "\r" || next == "\n" {
                if let word { words.append(String(word)) }
                word = nil
            } else {
                word = (word ?? .init()) + [next]
            }
        }
        if quote != nil { return nil }
        if let word { words.append(String(word)) }
        return words
    }
}
