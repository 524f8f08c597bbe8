// SPDX-License-Identifier: Apache-2.0

import LoanServer
import Testing

/// What is counted of each model.
@Suite struct InferenceStatisticsTests {
    @Test func namesThatComeAndGoTakeNoMoreThanTheirShare() {
        let statistics = InferenceStatistics()
        for number in 0..<3 * InferenceStatistics.modelsMax {
            statistics.fail("model \(number)", after: .milliseconds(1))
        }
        #expect(statistics.modelCount == InferenceStatistics.modelsMax)
    }
}
