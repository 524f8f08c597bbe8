// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

/// The category features of a model by the matrices that their cells travel in: counts what matches
/// none of the model's categories, and finds what it does not know.
struct UnmatchedColumns: Sendable {
    /// A category feature.
    struct Column: Sendable {
        let name: String
        let counters: UnmatchedCategories
        /// Its place among the columns of its matrix.
        let place: Int
    }

    /// Those that travel as codes.
    private let codes: [Column]
    /// Those that travel as numbers.
    private let numbers: [Column]

    /// - Parameters:
    ///   - features: name, carrier, and whether it is a category, in the schema's order.
    ///   - counters: what counts a category feature of a name.
    init(
        _ features: [(name: String, carrier: Feature.Carrier, isCategory: Bool)],
        _ counters: (String) -> UnmatchedCategories
    ) {
        func columns(_ carrier: Feature.Carrier) -> [Column] {
            features.filter { $0.carrier == carrier }.enumerated()
                .filter(\.element.isCategory)
                .map { Column(name: $1.name, counters: counters($1.name), place: $0) }
        }
        codes = columns(.code)
        numbers = columns(.number)
    }

    /// Counts among some rows of both matrices, each column after column.
    func count(
        numbers values: Span<Float>,
        codes bytes: Span<UInt8>,
        rowCount: Int,
        rows: Range<Int>
    ) {
        for column in codes {
            let start = column.place * rowCount
            column.counters.count(
                bytes.extracting(start + rows.lowerBound..<start + rows.upperBound)
            )
        }
        for column in numbers {
            let start = column.place * rowCount
            column.counters.count(
                numbers: values.extracting(start + rows.lowerBound..<start + rows.upperBound)
            )
        }
    }

    /// Counts among all rows of a batch.
    func count(_ applications: CodedApplications) {
        guard !codes.isEmpty || !numbers.isEmpty else { return }
        let matrices = Matrices(applications)
        for column in codes {
            let values = matrices.codes[column.place]
            column.counters.count(values.span)
        }
        for column in numbers {
            let values = matrices.numbers[column.place]
            column.counters.count(numbers: values.span)
        }
    }

    /// The first category of a batch that the model does not know: the feature, and the row from 0.
    func firstUnknown(in applications: CodedApplications) -> (feature: String, row: Int)? {
        let matrices = Matrices(applications)
        for column in codes {
            if let row = matrices.codes[column.place].firstIndex(of: CategoryVocabulary.unknown) {
                return (column.name, row)
            }
        }
        for column in numbers {
            let values = matrices.numbers[column.place]
            if let row = values.firstIndex(where: { CategoryVocabulary.isUnknown($0) }) {
                return (column.name, row)
            }
        }
        return nil
    }

    /// The same for both matrices, each column after column.
    func firstUnknown(
        numbers values: Span<Float>,
        codes bytes: Span<UInt8>,
        rowCount: Int
    ) -> (feature: String, row: Int)? {
        for column in codes {
            let start = column.place * rowCount
            for row in 0..<rowCount where bytes[start + row] == CategoryVocabulary.unknown {
                return (column.name, row)
            }
        }
        for column in numbers {
            let start = column.place * rowCount
            for row in 0..<rowCount where CategoryVocabulary.isUnknown(values[start + row]) {
                return (column.name, row)
            }
        }
        return nil
    }

    /// The columns of a batch by their matrices.
    private struct Matrices {
        var numbers: [[Float]] = []
        var codes: [[UInt8]] = []

        init(_ applications: CodedApplications) {
            for column in applications.columns {
                switch column {
                case .numbers(let values): numbers.append(values)
                case .codes(let values): codes.append(values)
                }
            }
        }
    }
}
