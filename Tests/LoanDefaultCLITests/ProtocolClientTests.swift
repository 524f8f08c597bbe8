// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The protocols of the field as their own clients speak them, the description of the calls, and
/// the pages in a browser.
@Suite(.serialized, .enabled(if: PythonOracle.isAvailable, "\(PythonOracle.skipReason)"))
struct ProtocolClientTests {
    @Test func tritonClientMakesEveryCall() throws {
        try ServedProgram.with { try $0.run(script: "triton_calls.py") }
    }

    @Test func kserveSDKAndSageMakerMakeEveryCall() throws {
        try ServedProgram.with { try $0.run(script: "kserve_calls.py") }
    }

    @Test func noGeneratedCaseBreaksTheOpenAPIDocument() throws {
        try ServedProgram.with { server in
            // Without the matrices, so that no case begins a training.
            let data = server.folder.path("data")
            for name in try FileManager.default.contentsOfDirectory(atPath: data)
            where name.contains(".npy") {
                try FileManager.default.removeItem(atPath: "\(data)/\(name)")
            }
            try FileManager.default.copyItem(
                atPath: server.folder.path("models/model.joblib"),
                toPath: server.folder.path("models/older.joblib")
            )
            try server.run(script: "openapi_cases.py")
        }
    }

    @Test func thePagesWorkInABrowser() throws {
        try ServedProgram.with { try $0.run(script: "page_in_browser.py") }
    }
}

extension ServedProgram {
    /// Runs a script of Tests/Python with the HTTP port and the storage root.
    fileprivate func run(script: String) throws {
        _ = try PythonOracle.run(script, [http, folder.url.path])
    }
}
