// SPDX-License-Identifier: Apache-2.0

import LoanLoad
import LoanRPC

extension LoadConfiguration {
    /// Half a second of load on two connections, of batches of one and of three rows in turn.
    static func short(
        port: Int,
        _ arrivals: Arrivals,
        of target: ([PredictRequest]) -> Target
    ) -> LoadConfiguration {
        let requests = [1, 3].map {
            PredictRequest(model: "m", rows: .applications(ApplicationColumns(rowCount: $0)))
        }
        var configuration = LoadConfiguration(
            host: "127.0.0.1",
            port: port,
            target: target(requests),
            arrivals: arrivals
        )
        configuration.connections = 2
        configuration.duration = .milliseconds(500)
        configuration.warmUp = .milliseconds(100)
        return configuration
    }
}
