// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import ObjectStorage

extension StorageResolver.Resolved {
    /// Writing one object may take this long.
    private static var transferTime: Duration { .seconds(600) }

    /// Stores objects as one new generation of an artifact: readers see all of it or none.
    /// - Parameter progress: told the stored share after each object.
    func write(
        artifact: String,
        _ objects: [(name: String, source: ObjectSource)],
        progress: (Double) -> Void = { _ in }
    ) throws(ServiceError) {
        do throws(ObjectStoreError) {
            try writeGeneration(artifact, objects, progress)
        } catch .preconditionFailed {
            throw .conflict(
                FieldProblem(field, "\(artifact) was written by someone else", kind: "conflict")
            )
        } catch {
            throw ServiceError(error, field, object: artifact)
        }
    }

    private func writeGeneration(
        _ artifact: String,
        _ objects: [(name: String, source: ObjectSource)],
        _ progress: (Double) -> Void
    ) throws(ObjectStoreError) {
        var random = SystemRandomNumberGenerator()
        var writer = try ArtifactWriter(
            ArtifactLocation(folder: key, name: artifact),
            generation: Generation(
                secondsSince1970: Int(Date().timeIntervalSince1970),
                random: UInt32.random(in: .min ... .max, using: &random)
            ),
            in: store,
            deadline: .now + Self.transferTime
        )
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
        _ = try writer.commit(generationsKept: 2, deadline: .now + Self.transferTime)
    }
}
