// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanServer
import TestSupport
import Testing

/// The pages in the binary are those of the folder that people edit.
@Suite struct AssetsTests {
    @Test func generatedTextsAreTheFilesAsTheyAre() throws {
        let folder = PythonOracle.repository.appendingPathComponent("Sources/LoanServer/Page")
        let generated = try TemporaryFolder()
        let process = Process()
        process.executableURL = PythonOracle.repository.appendingPathComponent(
            ".ci/generate-assets"
        )
        process.arguments = [
            folder.appendingPathComponent("assets").path, generated.path("Assets.swift"),
        ]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let fresh = try Data(contentsOf: generated.url.appendingPathComponent("Assets.swift"))
        let committed = try Data(
            contentsOf: folder.appendingPathComponent("generated/Assets.swift")
        )
        #expect(fresh == committed, "run `make assets`")
    }
}
