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

    @Test func whoWatchesLearnsOfEachChangeAndOfNothingElse() async {
        let readiness = Readiness(waitingFor: ["HTTP", "RPC"])
        var changes = readiness.changes().makeAsyncIterator()
        #expect(await changes.next() == false)
        readiness.done("HTTP")
        readiness.done("RPC")
        #expect(await changes.next() == true)
        readiness.done("RPC")
        readiness.stop()
        #expect(await changes.next() == false)
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
