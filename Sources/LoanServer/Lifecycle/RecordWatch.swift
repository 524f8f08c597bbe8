// SPDX-License-Identifier: Apache-2.0

internal import LoanService
internal import ServiceLifecycle

/// Has traffic go elsewhere while decisions must be recorded and cannot be.
struct RecordWatch: Service {
    let record: ServiceRecord?
    let readiness: Readiness

    static let part = "the decision record"
    private static let interval = Duration.milliseconds(250)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                look()
                // Without a record there is nothing to see before the end.
                try? await Task.sleep(for: record == nil ? .seconds(3_600) : Self.interval)
            }
        }
    }

    private func look() {
        guard let record else { return }
        if let obstacle = record.obstacle {
            readiness.waits(for: Self.part, because: "cannot be written: \(obstacle)")
        } else {
            readiness.done(Self.part)
        }
    }
}
