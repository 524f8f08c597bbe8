// SPDX-License-Identifier: Apache-2.0

import LoanModel
import LoanService
import ModelValidation

/// Policies and cards: their documents, and the models that policies do not go with.
extension ErrorSamples {
    static let policies: [ErrorSamples] = [
        ErrorSamples(
            "PolicyDocumentError",
            [
                "tooLong": PolicyDocumentError.tooLong(place: "policy.json", limit: 71),
                "notJSON": .notJSON(place: "policy.json", problem: "a text has no end"),
                "unknownKey": .unknownKey("band", place: "policy.json", known: ["bands", "scale"]),
                "repeatedKey": .repeatedKey("bands", place: "policy.json"),
                "missingKey": .missingKey("code", place: "rules[1]"),
                "value": .value(key: "base_odds", place: "scale", expected: "a number above 0"),
                "part": .part(place: "rules[1]", expected: "an object"),
                "repeatedName": .repeatedName("low", place: "bands"),
            ]
        ),
        ErrorSamples(
            "ModelCardError",
            [
                "tooLong": ModelCardError.tooLong(place: "the card", limit: 71),
                "notJSON": .notJSON(place: "the card", problem: "a text has no end"),
                "unknownKey": .unknownKey("author", place: "the card", known: ["owner", "notes"]),
                "repeatedKey": .repeatedKey("owner", place: "the card"),
                "missingKey": .missingKey("figures", place: "the card"),
                "value": .value(key: "owner", place: "the card", expected: "a text"),
                "part": .part(place: "the card", expected: "an object"),
                "version": .version(found: 72, known: 71),
            ]
        ),
        ErrorSamples(
            "FairnessError",
            // People count rows from 1.
            unsaid: ["70"],
            [
                "counts": FairnessError.counts(rows: 71, given: 72),
                "group": .group(row: 70, code: 9),
                "tooManyGroups": .tooManyGroups(count: 1_001, limit: 1_000),
                "noReference": .noReference(name: "62 and older"),
                "points": .points(row: 70),
            ]
        ),
        ErrorSamples(
            "MonotonicityError",
            [
                "notThere": MonotonicityError.notThere(feature: 71, output: 2),
                "categorical": .categorical(feature: 71),
            ]
        ),
        ErrorSamples(
            "PolicyMismatch",
            // People count rules from 1; of a model without names no value is right.
            unsaid: ["70", "tram"],
            [
                "feature": PolicyMismatch.feature(rule: 70, name: "age", nearest: ["person_age"]),
                "comparison": .comparison(rule: 70, feature: "purpose", known: [.oneOf, .missing]),
                "value": .value(rule: 70, feature: "amount", value: "much", kind: .number),
                "value": .value(rule: 70, feature: "opened", value: "soon", kind: .date),
                "changeable": .changeable(name: "age", nearest: ["person_age"]),
                "reason": .reason(name: "age", nearest: ["person_age"]),
                "occasion": .occasion(.high, feature: "grade", known: [.any, .missing]),
                "textsMissing": .textsMissing(["person_age high", "loan_grade missing"]),
                "direction": .direction(feature: "opened", kind: .date),
                "direction": .direction(feature: "purpose", kind: .category),
                "category": .category(rule: 70, feature: "purpose", value: "tram", nearest: []),
                "category": .category(
                    rule: 70,
                    feature: "purpose",
                    value: "car",
                    nearest: ["new car"]
                ),
            ]
        ),
        ErrorSamples(
            "ChallengerMismatch",
            // People count features from 1.
            unsaid: ["70"],
            [
                "featureCount": ChallengerMismatch.featureCount(champion: 11, challenger: 12),
                "featureName": .featureName(place: 70, champion: "age", challenger: "income"),
                "featureKind": .featureKind(
                    feature: "grade",
                    champion: "number",
                    challenger: "category"
                ),
                "categoryCount": .categoryCount(feature: "grade", champion: 7, challenger: 8),
                "category": .category(feature: "grade", champion: "A", challenger: "B"),
                "cells": .cells(feature: "grade"),
                "objective": .objective(champion: "rank:map", challenger: "reg:gamma"),
                "valueCount": .valueCount(champion: 3, challenger: 4),
                "undecidable": .undecidable(objective: "rank:map"),
                "uncalibrated": .uncalibrated,
                "unchangeable": .unchangeable,
            ]
        ),
        ErrorSamples(
            "ServedModel.Undecidable",
            [
                "objective": ServedModel.Undecidable.objective("rank:map"),
                "preparedRows": .preparedRows,
                "nothingChangeable": .nothingChangeable,
                "uncuttable": .uncuttable(feature: "amount"),
            ]
        ),
    ]
}
