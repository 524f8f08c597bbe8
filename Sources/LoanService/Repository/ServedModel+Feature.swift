// SPDX-License-Identifier: Apache-2.0

package import LoanModel

extension ServedModel {
    /// A raw feature as a caller must give it.
    package struct Feature: Equatable, Sendable {
        /// Its column in requests.
        package let name: String
        /// What its cells are.
        package let kind: LoanModel.Feature.Kind
        /// The matrix that its cells travel in.
        package var carrier: LoanModel.Feature.Carrier { cells.carrier }
        /// Known categories, sorted; empty for a number.
        package let categories: [String]
        /// Whether a category is called by a number, so that one may be sent as a number.
        package let hasNumericNames: Bool
        /// Names of the prepared columns that it becomes.
        package let preparedNames: [String]
        /// Where a number's training values lie; nil for a category and for older artifacts.
        package let range: TrainingRange?
        /// What a missing number becomes; nil where missing stays missing.
        package let median: Double?
        /// What turns the texts of requests into codes; knows nothing for a number.
        package var vocabulary: CategoryVocabulary { cells.vocabulary }
        /// Reads its cells.
        package let cells: CellText

        /// Gathers the parts, and codes the categories: rare ones have the code of the last.
        package init(
            name: String,
            kind: LoanModel.Feature.Kind,
            carrier: LoanModel.Feature.Carrier? = nil,
            categories: [String] = [],
            rareCategories: [String] = [],
            preparedNames: [String] = [],
            range: TrainingRange? = nil,
            median: Double? = nil
        ) {
            hasNumericNames = (categories + rareCategories).contains { category in
                if case .number = NumberText.read(category) { true } else { false }
            }
            self.name = name
            self.kind = kind
            self.categories = categories
            self.preparedNames = preparedNames
            self.range = range
            self.median = median
            let isCoded =
                kind == .category && categories.count <= TableLimits.codedCategoriesMax
            cells = CellText(
                kind: kind,
                carrier: carrier ?? (isCoded ? .code : .number),
                vocabulary: CategoryVocabulary(categories, rare: rareCategories)
            )
        }

        /// The same as policies see it.
        package var ofPolicy: PolicyFeature {
            PolicyFeature(name, cells, hasMedian: kind == .number && median != nil)
        }

        /// The cell of the text at `range`: the one reader of all transports.
        @inline(__always)
        package func cell(
            of text: borrowing Span<UInt8>,
            _ range: Range<Int>
        ) throws(CellText.Failure) -> CellText.Cell {
            try cells.cell(of: text, range)
        }

        /// A cell as a table has it; empty where it is missing or unknown.
        package func text(of cell: CellText.Cell) -> String {
            switch (cell, kind) {
            case (.number(let number), _) where number.isNaN: ""
            case (.number(let number), .number): "\(number)"
            case (.number(let number), .boolean): number == 0 ? "false" : "true"
            case (.number(let number), .date): CalendarDate(days: Int(number)).text
            case (.number(let number), .category): category(Int(number))
            case (.code(let code), _): category(Int(code))
            }
        }

        private func category(_ index: Int) -> String {
            categories.indices.contains(index) ? categories[index] : ""
        }

        /// The cell of a whole text.
        package func cell(of text: String) throws(CellText.Failure) -> CellText.Cell {
            try cells.cell(of: text)
        }
    }
}

extension ServedModel.Feature {
    /// The raw features that a preprocessor prepares, in their order.
    static func all(of preprocessor: Preprocessor) -> [Self] {
        preprocessor.schema.features.enumerated().map { index, feature in
            let fitted = preprocessor.step(ofFeature: index).fitted
            return Self(
                name: feature.name,
                kind: feature.kind,
                carrier: fitted.carrier,
                categories: fitted.categories,
                rareCategories: fitted.rareCategories,
                preparedNames: fitted.columnNames,
                range: fitted.range,
                median: fitted.median
            )
        }
    }
}
