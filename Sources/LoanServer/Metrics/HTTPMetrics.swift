// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
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

    private final class Series: Sendable {
        let duration: HistogramSeries
        /// By the first digit of the status, 1 to 5.
        let requests: [CounterSeries]

        init(_ route: String, _ registry: MetricsRegistry) {
            duration = registry.histogram(
                "loan_default.http.duration",
                unit: "seconds",
                dimensions: [("route", route)]
            )
            requests = (1...5).map { kind in
                registry.counter(
                    "loan_default.http.requests",
                    dimensions: [("route", route), ("status", "\(kind)xx")]
                )
            }
        }
    }

    private let registry: MetricsRegistry
    /// The series of calls that no route takes but whose path has one.
    private let paths = Mutex<[String: Series]>([:])
    /// The series of routes, by their numbers: nil where none was called.
    private let routes: Mutex<[Series?]>

    /// - Parameter routeCount: how many routes the router has whose calls are counted.
    init(_ registry: MetricsRegistry, routeCount: Int) {
        self.registry = registry
        routes = Mutex(Array(repeating: nil, count: routeCount))
        _ = series(Self.otherRoute)
    }

    /// What a call is counted under.
    static func route(of match: HTTPMatch?) -> String { match?.path ?? otherRoute }

    /// A request was answered.
    func answered(_ match: HTTPMatch?, status: Int, nanoseconds: Int64) {
        let series = series(match)
        let kind = min(max(status / 100, 1), series.requests.count)
        series.requests[kind - 1].increment(by: 1)
        series.duration.record(Double(nanoseconds) / 1e9)
    }

    private func series(_ match: HTTPMatch?) -> Series {
        let path = Self.route(of: match)
        guard let number = match?.routeNumber else { return series(path) }
        return routes.withLock { routes in
            guard routes.indices.contains(number) else { return series(path) }
            if let known = routes[number] { return known }
            let made = series(path)
            routes[number] = made
            return made
        }
    }

    private func series(_ path: String) -> Series {
        paths.withLock { paths in
            if let known = paths[path] { return known }
            let made = Series(path, registry)
            paths[path] = made
            return made
        }
    }
}
