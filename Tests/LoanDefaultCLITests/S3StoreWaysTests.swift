// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The program on stores of other ways, and on stores that are away at times.
@Suite(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
struct S3StoreWaysTests {
    @Test func matricesAboveThePartSizeAreStoredAndReplaced() throws {
        let servers = try S3Server()
        let folder = try S3Shell.applications(20_000)
        let said = try S3Shell.run(
            """
            cd \(folder.url.path)
            aws s3 mb s3://loan-default
            place="--backend s3 --bucket loan-default"
            aws s3 cp credit_risk_dataset.csv s3://loan-default/data/raw.csv
            for seed in 1 2; do
                loan-default data $place --key data/raw.csv --size 900000 --seed $seed
                loan-default train $place --data-key data --model-key model --model-name m \
                    --rounds 3
            done
            aws s3api head-object --bucket loan-default --key data/Xtrain.npy --query ContentLength
            loan-default versions $place --model-key model --model-name m
            loan-default rollback $place --model-key model --model-name m
            loan-default predict $place --model-key model --model-name m --data-key data \
                --input credit_risk_dataset.csv --output scores.csv
            wc -l < scores.csv
            """,
            servers.environment()
        )
        let lines = said.split(separator: "\n").map { $0.drop { $0 == " " } }
        #expect(lines.contains { Int($0).map { $0 > 64 << 20 } ?? false }, "\(said)")
        #expect(lines.contains("20001"), "\(said)")
        #expect(lines.filter { $0.hasSuffix(" current") }.count == 1, "\(said)")
    }

    @Test(
        "whatever the ways of the store: trained, trained again and rolled back",
        .enabled(if: !S3Server.isForeign),
        arguments: ["bare_tags", "no_conditions", "ignores_conditions", "weak_etags", "no_copy"]
    )
    func aStoreOfOtherWays(quirk: String) throws {
        let servers = try S3Server()
        let folder = try S3Shell.applications(2_000)
        _ = try S3Shell.run("aws s3 mb s3://loan-default", servers.environment())
        try servers.become(quirk)
        let said = try S3Shell.run(
            """
            cd \(folder.url.path)
            place="--backend s3 --bucket loan-default --model-key model --model-name m"
            aws s3 cp credit_risk_dataset.csv s3://loan-default/data/raw.csv
            loan-default data --backend s3 --bucket loan-default --key data/raw.csv \
                --size 3000 --seed 1
            loan-default train $place --data-key data --rounds 10 2>> notes
            loan-default train $place --data-key data --rounds 5 2>> notes
            loan-default inspect s3://loan-default/model/m | grep trees
            loan-default rollback $place
            loan-default inspect s3://loan-default/model/m | grep trees
            cat notes
            """,
            servers.environment().merging(["AWS_ENDPOINT_URL": servers.place.quirky]) { $1 }
        )
        let trees = said.split(separator: "\n").filter { $0.contains(" trees") }
        try #require(trees.count == 2, "\(said)")
        #expect(trees[0].contains(" 5 trees") && trees[1].contains("10 trees"), "\(said)")
        let isLacking = quirk == "no_conditions" || quirk == "ignores_conditions"
        // Once for each of the two trainings.
        let notes = said.split(separator: "\n").filter {
            $0.contains("of two trainings that write")
        }
        #expect(notes.count == (isLacking ? 2 : 0), "\(said)")
    }

    @Test(
        "a listing that does not end, or is cut, ends the commands that read it",
        .enabled(if: !S3Server.isForeign)
    )
    func aListingThatDoesNotEnd() throws {
        let servers = try S3Server()
        let folder = try S3Shell.applications(2_000)
        let environment = try servers.environment()
            .merging(["AWS_ENDPOINT_URL": servers.place.quirky]) { $1 }
        try servers.become()
        let place = "--backend s3 --bucket loan-default --model-key model --model-name m"
        _ = try S3Shell.run(
            """
            cd \(folder.url.path)
            aws s3 mb s3://loan-default
            aws s3 cp credit_risk_dataset.csv s3://loan-default/data/raw.csv
            loan-default data --backend s3 --bucket loan-default --key data/raw.csv
            loan-default train \(place) --data-key data --rounds 3
            """,
            environment
        )
        for (quirk, sentence) in [
            ("repeats_pages", "the store's listing does not end"),
            ("cut_pages", "the store's answer is malformed"),
        ] {
            try servers.become(quirk)
            for command in ["versions", "rollback", "train --data-key data --rounds 3"] {
                let outcome = try Program.run(
                    "\(command) \(place)".split(separator: " ").map(String.init),
                    environment: environment
                )
                #expect(outcome.status == 1, "\(command): \(outcome.errors)")
                #expect(outcome.errors.contains(sentence), "\(command): \(outcome.errors)")
            }
        }
    }

    @Test(
        "a store that is away as a training ends gets the model all the same",
        .enabled(if: !S3Server.isForeign)
    )
    func aStoreThatIsAwayAsATrainingEnds() throws {
        let servers = try S3Server()
        let folder = try S3Shell.applications(4_000)
        let environment = try servers.environment()
            .merging(["AWS_ENDPOINT_URL": servers.place.quirky]) { $1 }
        _ = try S3Shell.run(
            """
            cd \(folder.url.path)
            aws s3 mb s3://loan-default
            aws s3 cp credit_risk_dataset.csv s3://loan-default/data/raw.csv
            loan-default data --backend s3 --bucket loan-default --key data/raw.csv --size 200000 \
                --seed 1
            """,
            environment
        )
        try servers.goAway(at: "PUT", "model.joblib", seconds: 6)
        let said = try S3Shell.run(
            """
            place="--backend s3 --bucket loan-default --model-key model --model-name model.joblib"
            loan-default train $place --data-key data --rounds 400 2>&1
            loan-default inspect s3://loan-default/model/model.joblib | grep trees
            """,
            environment
        )
        #expect(said.contains("storing it is tried again"), "\(said)")
        #expect(said.contains("400 trees"), "\(said)")
    }
}
