// SPDX-License-Identifier: Apache-2.0

/// Turns the texts of requests into the cells of one raw column, for a model that knows its
/// categories: one reader for every transport. `docs/values.md` has the rules, and those by which
/// more texts stand for a missing number in tables.
package struct CellText: Sendable, Equatable {
    /// One cell, in the matrix that its column travels in.
    package enum Cell: Sendable, Equatable {
        /// NaN is missing; `CategoryVocabulary.unknownNumber` is an unknown category.
        case number(Float)
        /// `CategoryVocabulary.missing` and `.unknown` have their meaning.
        case code(UInt8)
    }

    /// Why a text is no cell.
    package enum Failure: Error, Equatable {
        /// No decimal number.
        case notANumber
        /// A number that float32 has not.
        case outOfRange
        /// No boolean.
        case notABoolean
        /// No date of the forms that are read.
        case notADate
        /// The text of a category is no text.
        case category(CategoryVocabulary.Failure)
    }

    /// What the cells are.
    package let kind: Feature.Kind
    /// The matrix they travel in.
    package let carrier: Feature.Carrier
    /// The categories; none for another kind.
    package let vocabulary: CategoryVocabulary

    /// - Parameter carrier: `number` for everything but a category of few names.
    package init(kind: Feature.Kind, carrier: Feature.Carrier, vocabulary: CategoryVocabulary) {
        self.kind = kind
        self.carrier = carrier
        self.vocabulary = vocabulary
    }

    /// The cell of the text at `range`.
    @inline(__always)
    package func cell(
        of text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) throws(Failure) -> Cell {
        switch carrier {
        case .number: .number(try number(of: text, range))
        case .code: .code(try code(of: text, range))
        }
    }

    /// The cell of a whole text.
    package func cell(of text: String) throws(Failure) -> Cell {
        let bytes = Array(text.utf8)
        return try cell(of: bytes.span, 0..<bytes.count)
    }

    /// The cell of a column that travels as codes.
    package func code(
        of text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) throws(Failure) -> UInt8 {
        do throws(CategoryVocabulary.Failure) {
            return try vocabulary.code(of: text, range)
        } catch {
            throw .category(error)
        }
    }

    /// The cell of a column that travels as numbers.
    package func number(
        of text: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) throws(Failure) -> Float {
        switch kind {
        case .number:
            switch NumberText.read(text, range) {
            case .number(let value): return value
            case .missing: return .nan
            case .outOfRange: throw .outOfRange
            case .invalid: throw .notANumber
            }
        case .boolean:
            switch BooleanText.read(text, range) {
            case .value(let value): return value ? 1 : 0
            case .missing: return .nan
            case .invalid: throw .notABoolean
            }
        case .date:
            switch DateText.read(text, range) {
            case .days(let days): return Float(days)
            case .missing: return .nan
            case .invalid: throw .notADate
            }
        case .category:
            do throws(CategoryVocabulary.Failure) {
                return try vocabulary.number(of: text, range)
            } catch {
                throw .category(error)
            }
        }
    }
}
