// SPDX-License-Identifier: Apache-2.0

package import Foundation
internal import ObjectStorage

/// Single objects by location, for commands that stream. Blocking; memory does not grow with the
/// object.
package struct StorageObjects: Sendable {
    let resolver: StorageResolver

    /// One object is moved within this time.
    private static let transferTime = Duration.seconds(3_600)

    /// An object's size in bytes.
    package func size(_ location: StorageLocation) throws(ServiceError) -> Int {
        let found = try resolver.resolve(location, as: .object)
        do {
            return try found.store.head(ObjectKey(found.key), deadline: deadline).size
        } catch {
            throw ServiceError(error, found.input)
        }
    }

    /// Delivers an object's bytes in order.
    /// - Throws: `ServiceError`, and what `body` throws.
    package func read(
        _ location: StorageLocation,
        _ body: (_ chunk: [UInt8]) throws -> Void
    ) throws {
        let found = try resolver.resolve(location, as: .object)
        var failure: (any Error)?
        do throws(ObjectStoreError) {
            _ = try found.store.get(ObjectKey(found.key), .all, deadline: deadline) {
                (chunk) throws(ObjectStoreError) in
                do {
                    try body([UInt8](chunk))
                } catch {
                    failure = error
                    throw .stopped
                }
            }
        } catch {
            throw failure ?? ServiceError(error, found.input)
        }
    }

    /// The place of an object to write.
    private func target(
        _ location: StorageLocation
    ) throws(ServiceError) -> StorageResolver.Resolved {
        let found = try resolver.resolve(location, as: .object)
        try found.refuseReserved()
        return found
    }

    /// Finds out what is wrong with the place of an object before the work on its bytes.
    /// - Throws: `ServiceError` for a key that names a folder, for a bucket that does not exist,
    ///   and where the object may not be written.
    package func checkTarget(_ location: StorageLocation) throws(ServiceError) {
        let found = try target(location)
        if case .s3(_, let key) = location, key.isEmpty || key.hasSuffix("/") {
            let problem = "names a folder; give the name of the object too"
            throw .invalid([FieldProblem(found.input, problem, kind: .path)])
        }
        do {
            try found.store.rehearse(
                .object(ObjectKey(found.key)),
                deadline: .now + .seconds(30)
            )
        } catch {
            throw ServiceError(error, found.input)
        }
    }

    /// Stores a file's bytes as an object, in one step.
    /// - Parameter progress: called with the bytes taken so far.
    package func write(
        _ location: StorageLocation,
        contentsOf file: FileHandle,
        progress: @escaping (_ bytesTaken: Int) -> Void = { _ in }
    ) throws(ServiceError) {
        let found = try target(location)
        guard let length = try? file.seekToEnd() else {
            throw .unavailable(message: "the file cannot be read", retryAfterSeconds: 1)
        }
        do throws(ObjectStoreError) {
            try found.store.put(
                ObjectKey(found.key),
                .always,
                deadline: deadline,
                from: ObjectSource(file, length: Int(length), progress: progress)
            )
        } catch {
            throw ServiceError(error, found.input)
        }
    }

    private var deadline: ContinuousClock.Instant { .now + Self.transferTime }
}
