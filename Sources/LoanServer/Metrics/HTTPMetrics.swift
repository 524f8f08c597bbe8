// SPDX-License-Identifier: Apache-2.0

internal import Observability
internal import Synchronization

/// Counts HTTP requests by declared routes, never by text of a caller.
final class HTTPMetrics: Sendable {
    /// Calls that no route takes.
    static let otherRoute = "other"

    /// Help and buckets of these metrics.
    static let descriptions = [
        MetricDescription(
            "loan_default.http.requests",
            "HTTP requests, by route and kind of status."
        ),
        MetricDescription(
            "loan_default.http.duration",
            "Time from a whole request to its answer, by route.",
            bounds: MetricDescription.durationBounds
        ),
        MetricDescription("loan_default.http.connections", "Open connections of the port of HTTP."),
        MetricDescription(
            "loan_default.grpc.connections",
            "Open connections of the port of gRPC alone."
        ),
    ]

    private struct Series: Sendable {
        let duration: HistogramSeries
        /// By the first digit of the status, 1 to 5.
        let requests: [CounterSeries]
    }

    private let registry: MetricsRegistry
    private let routes = Mutex<[String: Series]>([:])

    init(_ registry: MetricsRegistry) {
        self.registry = registry
        _ = series(Self.otherRoute)
    }

    /// A request was answered.
    func answered(_ route: String, status: Int, in time: Duration) {
        let series = series(route)
        let kind = min(max(status / 100, 1), series.requests.count)
        series.requests[kind - 1].increment(by: 1)
        series.duration.record(time / .seconds(1))
    }

    private func series(_ route: String) -> Series {
        routes.withLock { routes in
            if let known = routes[route] { return known }
            let made = Series(
                duration: registry.histogram(
                    "loan_default.http.duration",
                    unit: "seconds",
                    dimensions: [("route", route)]
                ),
                requests: (1...5).map { kind in
                    registry.counter(
                        "loan_default.http.requests",
                        dimensions: [("route", route), ("status", "\(kind)xx")]
                    )
                }
            )
            routes[route] = made
            return made
        }
    }
}
