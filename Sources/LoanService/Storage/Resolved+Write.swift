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
    func begin(artifact: String) throws(ServiceError) -> ArtifactWriter {
        var random = SystemRandomNumberGenerator()
        do {
            return try ArtifactWriter(
                ArtifactLocation(folder: key, name: artifact),
                generation: Generation(
                    secondsSince1970: Int(Date().timeIntervalSince1970),
                    random: UInt32.random(in: .min ... .max, using: &random)
                ),
                in: store,
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
