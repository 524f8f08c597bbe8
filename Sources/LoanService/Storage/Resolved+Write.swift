// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import ObjectStorage

extension StorageResolver.Resolved {
    /// Writing one object may take this long.
    private static var transferTime: Duration { .seconds(600) }
    /// Asking what is there may take this long.
    private static var beginTime: Duration { .seconds(30) }

    /// Begins a new generation of an artifact, before the work on it: of two that work on one
    /// artifact at a time, the second to finish is told so and changes nothing.
    ///
    /// A store that cannot be written to is found out here, and once the work is done a store that
    /// is away is waited for as long as the work took.
    func begin(artifact: String) throws(ServiceError) -> ArtifactWriter {
        let begun = ContinuousClock.now
        do {
            try store.rehearse(folder: key, deadline: .now + Self.beginTime)
            return try ArtifactWriter(
                ArtifactLocation(folder: key, name: artifact),
                generation: Generation(now: Date().timeIntervalSince1970),
                in: store.waiting(since: begun),
                deadline: .now + Self.beginTime
            )
        } catch {
            throw ServiceError(error, field, object: artifact)
        }
    }

    /// Stores the objects of a generation: readers see all of it or none.
    /// - Parameters:
    ///   - generationsKept: generations that stay readable, this one included.
    ///   - progress: told the stored share after each object.
    func finish(
        _ writer: consuming ArtifactWriter,
        artifact: String,
        _ objects: [(name: String, source: ObjectSource)],
        generationsKept: Int,
        progress: (Double) -> Void = { _ in }
    ) throws(ServiceError) {
        do throws(ObjectStoreError) {
            try Self.write(writer, objects, generationsKept, progress)
        } catch .preconditionFailed {
            throw .conflict(
                FieldProblem(
                    field,
                    "\(artifact) was written by someone else meanwhile; nothing was changed",
                    kind: "conflict"
                )
            )
        } catch {
            throw ServiceError(error, field, object: artifact)
        }
    }

    private static func write(
        _ begun: consuming ArtifactWriter,
        _ objects: [(name: String, source: ObjectSource)],
        _ generationsKept: Int,
        _ progress: (Double) -> Void
    ) throws(ObjectStoreError) {
        var writer = begun
        do throws(ObjectStoreError) {
            for (index, object) in objects.enumerated() {
                try writer.write(
                    object.name,
                    from: object.source,
                    deadline: .now + Self.transferTime
                )
                progress(Double(index + 1) / Double(objects.count))
            }
        } catch {
            writer.abort(deadline: .now + Self.transferTime)
            throw error
        }
        _ = try writer.commit(
            generationsKept: generationsKept,
            deadline: .now + Self.transferTime
        )
    }
}

extension Generation {
    /// A new generation. The fraction of the second leads the random number, so that two writings
    /// of one second keep their order.
    fileprivate init(now: TimeInterval) {
        let fraction = UInt32((now - now.rounded(.down)) * 4_096)
        self.init(
            secondsSince1970: Int(now),
            random: min(fraction, 4_095) << 20 | UInt32.random(in: 0..<1 << 20)
        )
    }
}
