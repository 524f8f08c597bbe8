// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The protocols of the field as their own clients speak them, and the pages in a browser.
@Suite(.serialized, .enabled(if: PythonOracle.isAvailable, "\(PythonOracle.skipReason)"))
struct ProtocolClientTests {
    @Test func tritonClientMakesEveryCall() throws {
        try ServedProgram.with { try $0.run(script: "triton_calls.py") }
    }

    @Test func kserveSDKAndSageMakerMakeEveryCall() throws {
        try ServedProgram.with { try $0.run(script: "kserve_calls.py") }
    }

    @Test(arguments: ["grpc_calls.py", "kserve_grpc_calls.py", "grpc_stubs.py"], [false, true])
    func clientsOfGRPCMakeEveryCall(_ script: String, onItsOwnPort: Bool) throws {
        try ServedProgram.with(onItsOwnPort ? ["--grpc-port", "0"] : []) { server in
            let port = onItsOwnPort ? try server.port(of: "gRPC is listening") : server.http
            try server.run(script: script, [port])
        }
    }

    @Test func calibratedModelsAreScikitLearnsAndAnswerTheSameInEveryCall() throws {
        try ServedProgram.with { try $0.run(script: "calibrated_calls.py", [Program.path]) }
    }

    @Test func gRPCShowsItsTokenAndSpeaksTLSOnThePortOfHTTPS() throws {
        let authority = try TestCertificates()
        let own = try authority.issue("localhost")
        let files = try TemporaryFolder()
        let tokens = files.path("tokens")
        try Data("predict reader-0123456789\npredict,write writer-0123456789\n".utf8)
            .write(to: URL(fileURLWithPath: tokens))
        try ServedProgram.with([
            "--token-file", tokens, "--tls-certificate", own.certificate, "--tls-key", own.key,
            "--model", "model.joblib=models,data",
        ]) { server in
            #expect(try server.isReady(within: .seconds(60)))
            try server.run(script: "grpc_access.py", [authority.authority])
        }
    }

    @Test func loadSpeaksWithAServerOfGRPCsOwnLibrary() throws {
        _ = try PythonOracle.run("grpc_load.py", [Program.path])
    }

    @Test func thePagesWorkInABrowser() throws {
        try ServedProgram.with { try $0.run(script: "page_in_browser.py") }
    }

    @Test func anyModelIsServedAndShownInABrowser() throws {
        try ServedProgram.with { try $0.run(script: "page_any_model.py") }
    }

    @Test func aTableOfOnesOwnIsTrainedOnAndShownInABrowser() throws {
        try ServedProgram.with { try $0.run(script: "page_own_table.py") }
    }

    @Test func theFormRefusesComputesAndWarnsInABrowser() throws {
        try ServedProgram.with { try $0.run(script: "page_form.py") }
    }

    @Test func noOutdatedEstimateLooksCurrentInABrowser() throws {
        try ServedProgram.with { try $0.run(script: "page_estimate.py") }
    }

    @Test func estimatesHaveReasonsAndTablesAreScoredInABrowser() throws {
        try ServedProgram.with { try $0.run(script: "page_reasons.py") }
    }

    @Test func thresholdsVersionsAndTrainingsAreShownInABrowser() throws {
        try ServedProgram.with { try $0.run(script: "page_quality.py") }
    }

    @Test func thePageSaysWhatIsWrongWithATokenInABrowser() throws {
        let files = try TemporaryFolder()
        let tokens = files.path("tokens")
        try Data("predict reader-0123456789\nwrite writer-0123456789\n".utf8)
            .write(to: URL(fileURLWithPath: tokens))
        try ServedProgram.with(["--token-file", tokens, "--model", "model.joblib=models,data"]) {
            #expect(try $0.isReady(within: .seconds(60)))
            try $0.run(script: "page_access.py", [tokens])
        }
    }
}

extension ServedProgram {
    /// Runs a script of Tests/Python with the HTTP port, the storage root, and more arguments.
    func run(script: String, _ arguments: [String] = []) throws {
        _ = try PythonOracle.run(script, [http, folder.url.path] + arguments)
    }
}
