// SPDX-License-Identifier: Apache-2.0

import Digest

/// The stored form: lines of words, the last of which is the SHA-256 of all lines before.
///
///     loan-default-manifest 1.0
///     generation 20261124T005500Z-1f2e3d4c
///     note preprocessor.fingerprint 5d41402a
///     object 1234 e3b0...b855 Xtrain.npy
///     sha256 9f86...0a08
///
/// Keys and values of notes are percent-encoded. A later minor version may add kinds of lines,
/// which are then skipped; a later major version is refused.
extension Manifest {
    private static let title = "loan-default-manifest"
    private static let version = (major: 1, minor: 0)

    /// The stored form.
    package var text: [UInt8] {
        var lines = ["\(Self.title) \(Self.version.major).\(Self.version.minor)"]
        lines.append("generation \(generation)")
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            lines.append("note \(PercentEncoding.encode(key)) \(PercentEncoding.encode(value))")
        }
        for entry in entries {
            lines.append("object \(entry.size) \(entry.sha256) \(entry.name)")
        }
        let body = Array((lines.joined(separator: "\n") + "\n").utf8)
        return body + Array("sha256 \(Hex.encode(SHA256.hash(body)))\n".utf8)
    }

    /// Whether a text calls itself a manifest; what does not is an object of someone else.
    static func isManifest(_ text: [UInt8]) -> Bool { text.starts(with: Array("\(title) ".utf8)) }

    /// Reads the stored form.
    /// - Throws: `corrupted(.manifest)`, or `corrupted(.newerFormat)`.
    package init(text: [UInt8]) throws(ObjectStoreError) {
        var lines = try Self.checkedLines(of: text)[...]
        let isLater = try Self.checkTitle(lines.popFirst())
        var generation: Generation?
        var entries: [Entry] = []
        var metadata: [String: String] = [:]
        for line in lines {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            switch (words.first, words.count) {
            case ("generation", 2) where generation == nil:
                generation = Generation(words[1])
            case ("note", 3):
                guard let key = PercentEncoding.decode(words[1]), metadata[key] == nil,
                    let value = PercentEncoding.decode(words[2])
                else { throw .corrupted(.manifest) }
                metadata[key] = value
            case ("object", 4):
                entries.append(try Self.entry(words))
            default:
                if !isLater { throw .corrupted(.manifest) }
            }
        }
        guard let generation, entries.count <= Self.entriesMax,
            metadata.count <= Self.metadataMax,
            Set(entries.map(\.name)).count == entries.count
        else { throw .corrupted(.manifest) }
        self.init(generation: generation, entries: entries, metadata: metadata)
    }

    /// The lines before the checksum, which must be right.
    private static func checkedLines(of text: [UInt8]) throws(ObjectStoreError) -> [Substring] {
        let digestLineBytes = "sha256 ".utf8.count + 64 + 1
        guard text.count > digestLineBytes, text.count <= bytesMax else {
            throw .corrupted(.manifest)
        }
        let body = text.dropLast(digestLineBytes)
        let digestLine = "sha256 \(Hex.encode(SHA256.hash(body.span)))\n"
        guard text.suffix(digestLineBytes).elementsEqual(digestLine.utf8),
            body.last == UInt8(ascii: "\n"),
            let string = String(validating: body, as: UTF8.self)
        else { throw .corrupted(.manifest) }
        return string.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }

    /// Whether the minor version is later than the own.
    private static func checkTitle(_ line: Substring?) throws(ObjectStoreError) -> Bool {
        let words = (line ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, words[0] == title else { throw .corrupted(.manifest) }
        let numbers = words[1].split(separator: ".").map { Int($0) }
        guard numbers.count == 2, let major = numbers[0], let minor = numbers[1] else {
            throw .corrupted(.manifest)
        }
        if major > version.major { throw .corrupted(.newerFormat) }
        guard major == version.major, minor >= 0 else { throw .corrupted(.manifest) }
        return minor > version.minor
    }

    private static func entry(_ words: [Substring]) throws(ObjectStoreError) -> Entry {
        let name = String(words[3])
        guard let size = Int(words[1]), size >= 0, String(size) == words[1], isName(name),
            words[2].utf8.count == 64, words[2].utf8.allSatisfy({ Hex.value($0) != nil })
        else { throw .corrupted(.manifest) }
        return Entry(name: name, size: size, sha256: words[2].lowercased())
    }
}
