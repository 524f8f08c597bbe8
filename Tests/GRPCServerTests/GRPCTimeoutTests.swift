// SPDX-License-Identifier: Apache-2.0

import GRPCServer
import Testing

@Suite struct GRPCTimeoutTests {
    @Test(arguments: [
        ("1H", Duration.seconds(3600)), ("2M", .seconds(120)), ("30S", .seconds(30)),
        ("250m", .milliseconds(250)), ("7u", .microseconds(7)),
        ("99999999n", .nanoseconds(99_999_999)),
    ])
    func readsEveryUnit(_ text: String, _ duration: Duration) {
        #expect(GRPCTimeout.duration(text) == duration)
    }

    @Test(arguments: ["", "S", "123456789S", "-1S", "1.5S", "1s", "1", "١S"])
    func refusesWhatIsNotATimeout(_ text: String) {
        #expect(GRPCTimeout.duration(text) == nil)
    }
}
