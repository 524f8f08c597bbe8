// SPDX-License-Identifier: Apache-2.0

import Foundation
import ObjectStorage

/// A new folder that is removed with this value.
final class TemporaryRoot: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "loan-storage-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    func store() throws -> LocalStore {
        try LocalStore(root: path)
    }

    /// The names of all files below, temporary ones included.
    func files() -> [String] {
        let all = FileManager.default.subpaths(atPath: path) ?? []
        return all.filter { name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
            return attributes?[.type] as? FileAttributeType != .typeDirectory
        }.sorted()
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// A deadline that tests do not reach.
func soon(_ seconds: Int = 20) -> ContinuousClock.Instant {
    .now + .seconds(seconds)
}

extension ObjectStore {
    /// A whole object; tests use small ones.
    func bytes(_ key: String) throws -> [UInt8] {
        try get(ObjectKey(key), bytesMax: 1 << 30, deadline: soon()).bytes
    }

    /// Replaces an object.
    @discardableResult
    func write(_ key: String, _ bytes: [UInt8]) throws -> ObjectMetadata {
        try put(ObjectKey(key), bytes, deadline: soon())
    }
}

/// Bytes that differ everywhere and depend on a seed.
func pattern(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
    }
}
