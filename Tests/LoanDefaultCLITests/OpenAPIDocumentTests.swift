// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The description of the calls against a server. A suite of its own: it takes as long as all
/// clients of `ProtocolClientTests`, which run one after the other.
@Suite(.enabled(if: PythonOracle.isAvailable, "\(PythonOracle.skipReason)"))
struct OpenAPIDocumentTests {
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
}
