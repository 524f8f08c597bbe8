// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import ObjectStorage

/// What an object of a generation is written from.
enum ObjectContent {
    case source(ObjectSource)
    /// Made in its stage.
    case staged(any StagedObject)
}

extension StorageResolver.Resolved {
    /// Writing one object may take this long.
    private static var transferTime: Duration { .seconds(600) }
    /// Asking what is there may take this long.
    private static var beginTime: Duration { .seconds(30) }

    /// Begins a new generation of an artifact, before the work on it: of two that work on one
    /// artifact at a time, the second to finish fails and changes nothing.
    ///
    /// A place that cannot be written to is found out here, and once the work is done a store that
    /// is away is waited for as long as the work took.
    /// - Parameter bytesMin: what the artifact takes at least, as far as that is known.
    /// - Throws: `conflict` where its plain name holds something that is no copy of it.
    func begin(
        _ artifact: WrittenArtifact,
        bytesMin: Int = 0
    ) throws(ServiceError) -> ArtifactWriter {
        let begun = ContinuousClock.now
        let foreign: [String]
        do throws(ObjectStoreError) {
            let location = try ArtifactLocation(
                folder: key,
                kind: artifact.kind,
                name: artifact.name,
                main: artifact.main
            )
            try store.rehearse(
                location.plannedWrite(bytesMin: bytesMin),
                deadline: .now + Self.beginTime
            )
            foreign = try PlainCopies(location, in: store).foreign(
                among: artifact.plainNames,
                // Copies that nothing is noted of are compared by their content.
                deadline: .now + Self.transferTime
            )
            if foreign.isEmpty {
                return try ArtifactWriter(
                    location,
                    now: Date().timeIntervalSince1970,
                    in: store.waiting(since: begun),
                    deadline: .now + Self.beginTime
                )
            }
        } catch {
            throw ServiceError(error, input, object: artifact.name)
        }
        throw .conflict(
            FieldProblem(input, Self.takenSentence(foreign, artifact.kind), kind: .conflict)
        )
    }

    private static func takenSentence(
        _ names: [String],
        _ kind: ArtifactLocation.Kind
    ) -> String {
        let others = names.count > 1 ? " and \(names.count - 1) more" : ""
        let way =
            switch kind {
            case .model: "choose another name for the model, or move it away"
            case .prepared: "choose another folder for the data, or move it away"
            }
        return "\(names[0])\(others) in this folder was put or changed there by someone else, be it"
            + " another model, and is not overwritten: \(way)"
    }

    /// Stores objects that are read when they are written, likewise.
    func finish(
        _ writer: consuming ArtifactWriter,
        artifact: String,
        _ objects: [(name: String, source: ObjectSource)],
        generationsKept: Int
    ) throws(ServiceError) -> [String] {
        try finish(
            writer,
            artifact: artifact,
            objects.map { ($0.name, ObjectContent.source($0.source)) },
            generationsKept: generationsKept
        )
    }

    /// Stores the objects of a generation: readers see all of it or none.
    /// - Parameters:
    ///   - metadata: notes for the readers.
    ///   - generationsKept: generations that stay readable, this one included.
    ///   - progress: called with the stored share after each object.
    /// - Returns: a sentence for each thing that did not succeed once the generation was current.
    /// - Throws: only where the generation is not current.
    func finish(
        _ writer: consuming ArtifactWriter,
        artifact: String,
        _ objects: [(name: String, content: ObjectContent)],
        metadata: [String: String] = [:],
        generationsKept: Int,
        progress: (Double) -> Void = { _ in }
    ) throws(ServiceError) -> [String] {
        do throws(ObjectStoreError) {
            let commit = try Self.write(writer, objects, metadata, generationsKept, progress)
            return commit.warnings.map(\.description) + store.notes.map(\.description)
        } catch .preconditionFailed {
            throw .conflict(
                FieldProblem(
                    input,
                    "\(artifact) was written by someone else meanwhile; nothing was changed",
                    kind: .conflict
                )
            )
        } catch {
            throw ServiceError(error, input, object: artifact)
        }
    }

    private static func write(
        _ begun: consuming ArtifactWriter,
        _ objects: [(name: String, content: ObjectContent)],
        _ metadata: [String: String],
        _ generationsKept: Int,
        _ progress: (Double) -> Void
    ) throws(ObjectStoreError) -> ArtifactCommit {
        var writer = begun
        do throws(ObjectStoreError) {
            for (index, object) in objects.enumerated() {
                let deadline = ContinuousClock.now + Self.transferTime
                switch object.content {
                case .source(let source):
                    try writer.write(object.name, from: source, deadline: deadline)
                case .staged(let staged):
                    try writer.write(object.name, from: staged, deadline: deadline)
                }
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
