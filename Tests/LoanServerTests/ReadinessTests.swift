// SPDX-License-Identifier: Apache-2.0

import LoanServer
import Testing

@Suite struct ReadinessTests {
    @Test func isReadyOnceEveryPartIsDone() {
        let readiness = Readiness(waitingFor: ["HTTP", "model model.joblib"])
        #expect(readiness.obstacle == "HTTP is starting; model model.joblib is starting")
        readiness.done("HTTP")
        readiness.waits(for: "model model.joblib", because: "does not load: not found")
        #expect(readiness.obstacle == "model model.joblib does not load: not found")
        #expect(!readiness.isReady)
        readiness.done("model model.joblib")
        #expect(readiness.isReady)
    }

    @Test func neverComesBackOnceItStops() {
        let readiness = Readiness()
        #expect(readiness.isReady)
        readiness.stop()
        readiness.done("HTTP")
        #expect(readiness.isStopping)
        #expect(readiness.obstacle == "the server is stopping")
    }
}
