// SPDX-License-Identifier: Apache-2.0

import DecisionRecord
import LoanService

/// What a record of decisions is exported and made again by.
extension ErrorSamples {
    static let replay: [ErrorSamples] = [
        ErrorSamples(
            "ReplayProblem",
            [
                "file": ReplayProblem.file(.model, .notPinned(digest: "2c26b46b")),
                "file": .file(.covers, .pinnedDigest(digest: "2c26b46b")),
                "unusable": .unusable(
                    .preprocessor,
                    digest: "2c26b46b",
                    problem: "the file is empty"
                ),
                "columns": .columns(
                    model: "model.joblib",
                    problem: "the record has 3 columns of codes, and the model has 4"
                ),
                "kernel": .kernel(
                    "avx512-blocks-1",
                    model: "model.joblib",
                    running: ["portable", "avx2-blocks"]
                ),
                "reasons": .reasons(
                    model: "model.joblib",
                    problem: "the model has no covers of its nodes"
                ),
            ]
        ),
        ErrorSamples(
            "RecordTable.Failure",
            [
                "otherColumns": RecordTable.Failure.otherColumns(
                    first: "model.joblib@20261124T005500Z-1f2e3d4c",
                    other: "german"
                ),
                "unreadable": .unreadable("a text is not UTF-8"),
            ]
        ),
    ]
}
