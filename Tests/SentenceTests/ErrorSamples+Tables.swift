// SPDX-License-Identifier: Apache-2.0

import Compression
import HTTPServer
import JSON
import LoanModel
import LoanService
import LoanServer
import LoanTraining
import ModelValidation

/// Tables, matrices, texts, and what a training is asked for.
extension ErrorSamples {
    private static let place = CSVPosition(row: 71, line: 72)

    static let tables: [ErrorSamples] = [
        ErrorSamples(
            "CSVError",
            // A name that is written in another case is one of the header, which has no row.
            [
                "empty": CSVError.empty,
                "compressed": .compressed,
                "notUTF8": .notUTF8,
                "nul": .nul(place),
                "recordTooLong": .recordTooLong(place, limit: 73),
                "tooManyColumns": .tooManyColumns(limit: 73),
                "tooManyRows": .tooManyRows(limit: 73),
                "missingColumn": .missingColumn("loan_amnt"),
                "duplicateColumn": .duplicateColumn("loan_amnt"),
                "unclosedQuote": .unclosedQuote(place),
                "strayQuote": .strayQuote(place, field: 73),
                "strayCarriageReturn": .strayCarriageReturn(place, field: 73),
                "fieldCount": .fieldCount(place, expected: 73, found: 74),
                "neitherHeaderNorRow": .neitherHeaderNorRow(place, column: "loan_amnt"),
                "nameInOtherCase": .nameInOtherCase(
                    CSVPosition(row: 7, line: 72),
                    found: "LOAN_AMNT",
                    feature: "loan_amnt"
                ),
                "numberedHeader": .numberedHeader(CSVPosition(row: 7, line: 72)),
                "notANumber": .notANumber(place, column: "loan_amnt"),
                "outOfRange": .outOfRange(place, column: "loan_amnt"),
                "label": .label(place, column: "loan_status", expected: "0 or 1"),
                "weight": .weight(place, column: "exposure"),
                "time": .time(place, column: "issued_on"),
                "group": .group(place, column: "customer"),
                "notABoolean": .notABoolean(place, column: "is_owner"),
                "notADate": .notADate(place, column: "issued_on"),
                "headerNotUTF8": .headerNotUTF8(CSVPosition(row: 7, line: 72), byte: 73),
                "invalidUTF8": .invalidUTF8(place, column: "loan_grade"),
                "categoryTooLong": .categoryTooLong(place, column: "loan_grade"),
                "textTooLong": .textTooLong(place, column: "loan_grade", limit: 73),
                "tooManyCategories": .tooManyCategories(
                    place,
                    column: "loan_grade",
                    limit: 73
                ),
            ]
        ),
        ErrorSamples(
            "CompressionError",
            [
                "damaged": CompressionError.damaged(.gzip),
                "cut": .cut(.zstandard),
                "contentTooLong": .contentTooLong(limit: 71),
                "tooDense": .tooDense(limit: 71),
                "windowTooLarge": .windowTooLarge(limit: 71),
                "noMemory": .noMemory,
            ]
        ),
        ErrorSamples(
            "NPYError",
            [
                "notNPY": NPYError.notNPY,
                "version": .version(major: 71, minor: 72),
                "headerTooLong": .headerTooLong(bytes: 71, limit: 72),
                "header": .header,
                "elementType": .elementType("<c8"),
                "shape": .shape([71, 72, 73]),
                "tooManyCells": .tooManyCells(limit: 71),
                "length": .length(expected: 71, found: 72),
            ]
        ),
        ErrorSamples(
            "LabelError",
            [
                "columns": LabelError.columns(71),
                "rowCount": .rowCount(expected: 71, found: 72),
                "value": .value(row: 71),
                "number": .number(row: 71),
                "oneClass": .oneClass,
            ]
        ),
        ErrorSamples(
            "WeightError",
            [
                "columns": WeightError.columns(71),
                "rowCount": .rowCount(expected: 71, found: 72),
                "value": .value(row: 71),
                "noWeight": .noWeight,
            ]
        ),
        ErrorSamples(
            "SplitError",
            // People count rows from 1.
            unsaid: ["70"],
            [
                "shares": SplitError.shares(stopping: 0.5, calibration: 0.25, test: 0.75),
                "counts": .counts(rows: 71, given: 72),
                "time": .time(row: 70),
                "emptyPart": .emptyPart(.calibration),
            ]
        ),
        ErrorSamples(
            "SchemaInferenceError",
            [
                "noLabel": SchemaInferenceError.noLabel(
                    column: "loan_statu",
                    nearest: ["loan_status"]
                ),
                "noColumn": .noColumn("custmer", nearest: ["customer"]),
                "markedLabel": .markedLabel("outcome"),
                "noRows": .noRows,
                "noPositive": .noPositive(column: "outcome", value: "worse", found: ["good"]),
                "manyNegatives": .manyNegatives(
                    column: "outcome",
                    value: "bad",
                    found: ["good", "fair"]
                ),
                "ambiguous": .ambiguous(column: "outcome", found: ["good", "bad"]),
                "oneValue": .oneValue(column: "outcome"),
                "noFeatures": .noFeatures,
                "tooManyColumns": .tooManyColumns(limit: 71),
            ]
        ),
        ErrorSamples(
            "SchemaDocumentError",
            [
                "tooLong": SchemaDocumentError.tooLong(limit: 71),
                "notJSON": .notJSON("a value is missing"),
                "unknownKey": .unknownKey("colum", place: "feature 7", known: ["column"]),
                "repeatedKey": .repeatedKey("column", place: "feature 7"),
                "missingKey": .missingKey("column", place: "feature 7"),
                "value": .value(key: "kind", place: "feature 7", expected: "number or date"),
                "repeatedColumn": .repeatedColumn("loan_amnt"),
                "preparedOrder": .preparedOrder,
                "featureCount": .featureCount(71, limit: 72),
            ]
        ),
        ErrorSamples(
            "JSONError",
            [
                "notUTF8": JSONError.notUTF8,
                "byteOrderMark": .byteOrderMark,
                "unexpectedEnd": .unexpectedEnd(offset: 71),
                "unexpected": .unexpected(offset: 71, wanted: "a value"),
                "invalidNumber": .invalidNumber(offset: 71),
                "notANumberLiteral": .notANumberLiteral(offset: 71),
                "invalidEscape": .invalidEscape(offset: 71),
                "loneSurrogate": .loneSurrogate(offset: 71),
                "controlCharacter": .controlCharacter(offset: 71),
                "tooDeep": .tooDeep(offset: 71, limit: 72),
                "trailingText": .trailingText(offset: 71),
            ]
        ),
        ErrorSamples(
            "ContentCodingError",
            [
                "tooLong": ContentCodingError.tooLong(limit: 71),
                "damaged": .damaged(.gzip),
                "noMemory": .noMemory,
            ]
        ),
    ]
}
