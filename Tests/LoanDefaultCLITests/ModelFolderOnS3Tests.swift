// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `serve --model-folder s3://BUCKET/PREFIX`, with the aws command line next to it.
@Suite(
    .enabled(
        if: PythonOracle.isAvailable && !S3Server.isForeign,
        Comment(rawValue: PythonOracle.skipReason)
    )
)
struct ModelFolderOnS3Tests {
    /// A model of one feature.
    private func model(_ feature: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        var text = ModelText([.stump(0, below: 10, (0.25, 1.5))], featureCount: 1)
        text.featureNames = [feature]
        try Data(text.bytes).write(to: URL(fileURLWithPath: folder.path("model.json")))
        return folder
    }

    /// Waits for the answer to a prediction by the feature `debt`, of which there may be none.
    private func waits(
        _ server: ServedProgram,
        _ model: String,
        for text: String
    ) throws -> Bool {
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end {
            let answer = try server.answer(
                "POST",
                "/v1/models/\(model):predict",
                port: server.http,
                body: #"{"instances":[{"debt":1}]}"#
            )
            if answer.text.contains(text) { return true }
            Thread.sleep(forTimeInterval: 0.2)
        }
        return false
    }

    @Test func modelsAreServedAsTheyComeChangeAndGo() throws {
        let servers = try S3Server()
        let environment = try servers.environment()
        let (first, second) = (try model("debt"), try model("income"))
        try servers.upload(first.path("model.json"), as: "live/credit.json", to: "models")
        try ServedProgram.with(
            ["--model-folder", "s3://models/live", "--model", "one=s3://models/live/credit.json"],
            environment: environment
        ) { server in
            #expect(try server.isReady(within: .seconds(60)))
            #expect(try waits(server, "one", for: #"{"predictions":[0.5621765]}"#))
            #expect(try waits(server, "credit", for: #"{"predictions":[0.5621765]}"#))
            _ = try S3Shell.run(
                """
                aws s3 cp --quiet \(first.path("model.json")) s3://models/live/cards/model.json
                aws s3 cp --quiet \(second.path("model.json")) s3://models/live/credit.json
                """,
                environment
            )
            #expect(try waits(server, "cards", for: #"{"predictions":[0.5621765]}"#))
            #expect(try waits(server, "credit", for: "income"))
            _ = try S3Shell.run("aws s3 rm --quiet s3://models/live/credit.json", environment)
            #expect(try waits(server, "credit", for: "no model of this name is loaded"))
            #expect(try waits(server, "cards", for: #"{"predictions":[0.5621765]}"#))
        }
    }
}
