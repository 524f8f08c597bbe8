// SPDX-License-Identifier: Apache-2.0

/// The columns of a table that are read in addition to features, labels and weights, since they say
/// which rows belong together, or whom they are about. They may be features as well.
package struct MarkedColumns: Equatable, Sendable {
    /// The column that says when an application was made.
    package var time: String?
    /// The column that says which applications belong together.
    package var group: String?
    /// Columns that decisions must not depend on; they differ.
    package var protected: [String] = []

    /// Protected columns that are kept at most.
    package static let protectedMax = 64

    /// No column.
    package init() {}

    /// Whether nothing is read in addition.
    package var isEmpty: Bool { self == MarkedColumns() }

    /// All of them, each with what it says.
    var all: [(name: String, mark: RowMark)] {
        [time.map { ($0, .time) }, group.map { ($0, .group) }].compactMap(\.self)
            + protected.enumerated().map { ($1, .protected($0)) }
    }
}

/// What a column says of a row in addition to its features.
enum RowMark: Equatable, Sendable {
    case time
    case group
    /// The place among the protected columns.
    case protected(Int)

    /// What the column says: part of a sentence.
    var sentence: String {
        switch self {
        case .time: "says when an application was made"
        case .group: "says which applications belong together"
        case .protected: "is protected: decisions must not depend on it"
        }
    }
}
