// SPDX-License-Identifier: Apache-2.0

import LoanServer
import Testing

/// What is counted of each model.
@Suite struct InferenceStatisticsTests {
    @Test func namesThatComeAndGoTakeNoMoreThanTheirShare() {
        let names = (0..<3 * InferenceStatistics.modelsMax).map { "model \($0)" }
        let statistics = InferenceStatistics { names }
        for name in names { statistics.fail(name, after: .milliseconds(1)) }
        #expect(statistics.modelCount == InferenceStatistics.modelsMax)
    }

    @Test func modelsThatAreServedNoMoreLeave() {
        let statistics = InferenceStatistics { ["served", "next"] }
        for name in ["served", "gone", "next"] { statistics.fail(name, after: .milliseconds(1)) }
        #expect(statistics.modelCount == 2)
    }
}
