// SPDX-License-Identifier: Apache-2.0

import LoanService
import Testing

/// Which calls are a reason to look for a model on other servers.
@Suite struct NameLookupResponderTests {
    @Test func theHeaderOfSageMakerCountsForItsRouteAlone() async throws {
        var storage = StorageConfiguration()
        storage.shared = StorageLocation.local(path: ".")
        try await BothTransports.with(storage: storage) { servers in
            let names = try #require(servers.service.names)
            let answer = try await servers.http.send(
                "GET",
                "/jobs/x",
                body: nil,
                headers: ["X-Amzn-SageMaker-Target-Model": "absent"]
            )
            #expect(answer.status == 404)
            // It would be known to be absent.
            #expect(names.beginFinding("absent"))
        }
    }
}
