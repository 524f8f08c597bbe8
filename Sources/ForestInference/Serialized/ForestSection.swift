// SPDX-License-Identifier: Apache-2.0

/// A named run of bytes of a stored forest. Containers and checksums are the caller's.
public struct ForestSection: Sendable, Equatable {
    /// What the section holds.
    public let id: UInt32
    /// Little-endian content.
    public let bytes: [UInt8]

    /// A section as read from storage.
    public init(id: UInt32, bytes: [UInt8]) {
        self.id = id
        self.bytes = bytes
    }
}

/// Sections of a forest. Ids are stored: they never change their meaning.
enum SectionID: UInt32, CaseIterable {
    /// Eight words: format version, objective, base score, features, trees, nodes, category sets,
    /// best iteration + 1.
    case header = 1
    /// Nodes of each tree, one word a tree.
    case treeSizes = 2
    /// Two words a node: value, and feature with flags. Children are implied by the order.
    case nodes = 3
    /// For each set a word count and its words.
    case categorySets = 4
    /// For each name its length and its UTF-8.
    case featureNames = 5
    /// For each type its length and its UTF-8.
    case featureTypes = 6
    /// What a plain forest has not: the bits of the base margin, iterations of the document (0: all
    /// count), the number of encoded features, and these. Left out by a plain forest.
    case origin = 7
    /// Several outputs, or a base margin that is added last: their number, 1 if it comes last, and
    /// for each output its trees, base score and base margin. Left out by a forest of one output.
    case outputs = 8
    /// The weights of a linear model, one word each; left out by trees.
    case linear = 9
    /// Names of categories: the number of features, and for each its number, the number of its
    /// categories, and of each the length and the UTF-8. Left out where there are none.
    case categories = 10
    /// Iterations that count where they are not those up to the best one: that one + 1 (0: not
    /// said), the first, the end, and how many the document has. Left out in the usual case.
    case iterations = 11
    /// The cover of each node, one word a node. Left out by a forest that does not know them.
    case covers = 12
}
