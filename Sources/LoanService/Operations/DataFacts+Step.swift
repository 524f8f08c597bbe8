// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import Logging
internal import ModelValidation

extension DataFacts {
    /// What a data preparation knows of what it makes.
    init(
        _ step: DataOperation.Step,
        _ request: DataRequest,
        _ table: Table,
        digest: String,
        seed: UInt64
    ) {
        let schema = table.schema
        let column: String? =
            switch request.division?.rule {
            case .time: request.columns.time ?? schema.roles.time
            case .group: request.columns.group ?? schema.roles.group
            case .rows, nil: nil
            }
        self.init(
            source: Source(
                digest: digest,
                rowCount: table.rowCount,
                repeatedCount: step.repeatedRowCount
            ),
            division: request.division ?? .documented,
            column: column,
            seed: seed,
            isExpanded: step.isExpanded,
            parts: step.partNames.map { part in
                let rowCounts = step.rowCounts(of: part)
                return Part(
                    part: part,
                    rowCount: rowCounts.prepared,
                    sourceRowCount: rowCounts.source,
                    times: step.times(of: part).map { Times(first: $0.first, last: $0.last) }
                )
            },
            duplicates: step.duplicates?.pairs ?? [],
            protectedColumns: table.marks.protected.map(\.name),
            features: step.featureFacts
        )
    }

    /// What a person should look at, each as a sentence: rows that make a model look better than it
    /// is.
    var warnings: [String] {
        duplicates.map { pair in
            let (rows, equal) = pair.rowCount == 1 ? ("row", "equals") : ("rows", "equal")
            return "\(pair.rowCount) \(rows) to \(pair.part.purpose) \(equal) one to "
                + "\(pair.earlier.purpose)"
        }
    }

    /// The rows of each part for the log.
    var counts: Logger.Metadata {
        Dictionary(
            uniqueKeysWithValues: parts.map {
                (LogKey.rows(of: $0.part.rawValue), "\($0.sourceRowCount)")
            }
        )
    }
}
