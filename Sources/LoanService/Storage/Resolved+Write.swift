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
        do {
            return try ArtifactWriter(
                ArtifactLocation(folder: key, name: artifact),
                generation: Generation(now: Date().timeIntervalSince1970),
                in: store,
                deadline: .now + Self.beginTime
            )
        } catch {
            throw ServiceError(error, field, object: artifact)
        }
    }

    /// Stores the objects of a generation: readers see all of it or none.
    /// - Parameters:
    ///   - metadata: notes for the readers.
    ///   - generationsKept: generations that stay readable, this one included.
    ///   - progress: told the stored share after each object.
    /// - Returns: a sentence for each thing that did not succeed once the generation was current.
    /// - Throws: only where the generation is not current.
    func finish(
        _ writer: consuming ArtifactWriter,
        artifact: String,
        _ objects: [(name: String, source: ObjectSource)],
        metadata: [String: String] = [:],
        generationsKept: Int,
        progress: (Double) -> Void = { _ in }
    ) throws(ServiceError) -> [String] {
        do throws(ObjectStoreError) {
            return try Self.write(writer, objects, metadata, generationsKept, progress)
                .warnings.map(\.description)
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
        _ metadata: [String: String],
        _ generationsKept: Int,
        _ progress: (Double) -> Void
    ) throws(ObjectStoreError) -> ArtifactCommit {
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
        return try writer.commit(
            metadata: metadata,
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
