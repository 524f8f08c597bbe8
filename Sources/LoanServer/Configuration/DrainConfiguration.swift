// SPDX-License-Identifier: Apache-2.0

package import Access

/// How the server stops in order.
package struct DrainConfiguration: Sendable, Equatable {
    /// Time to go on serving, not ready any more, until the balancers in front have seen it.
    package let delay: Duration
    /// Time that calls then have to finish.
    package let grace = Duration.seconds(18)

    /// - Parameter delaySeconds: `--drain-delay`, in seconds; default 5.
    /// - Throws: `ConfigurationError` naming the option.
    package init(delaySeconds: Int = 5) throws(ConfigurationError) {
        let range = 0...3600
        guard range.contains(delaySeconds) else {
            throw .outOfRange(option: "drain-delay", value: delaySeconds, range: range)
        }
        delay = .seconds(delaySeconds)
    }

    private init(delay: Duration) { self.delay = delay }

    /// The defaults.
    package static let standard = DrainConfiguration(delay: .seconds(5))

    /// The process ends within this time of the signal.
    package var timeMax: Duration { delay + grace + .seconds(2) }
}
