// SPDX-License-Identifier: Apache-2.0

/// A write that follows some work, so that its place is checked before the work.
package enum PlannedWrite: Sendable, Hashable {
    /// Objects below a folder, and below one in it that only this program writes to.
    /// - bytesMin: what they take at least, as far as that is known.
    case objects(below: String, own: String? = nil, bytesMin: Int = 0)
    /// One object.
    case object(ObjectKey)
}

/// What a file system has left.
package struct FreeSpace: Sendable, Equatable {
    /// Bytes that this process may still write.
    package let bytes: Int
    /// The number of the file system: two folders of one share what is left.
    package let device: UInt64

    /// Gathers both values.
    package init(bytes: Int, device: UInt64) {
        self.bytes = bytes
        self.device = device
    }
}

/// Why a folder of this machine does not take a write.
package enum WriteObstacle: Sendable, Equatable {
    /// The system refused an attempt; the value of `errno`.
    case system(code: Int32)
    /// There is less room than the write takes; both in bytes.
    case noRoom(free: Int, needed: Int)
    /// A part of the path is a file, a device or a symbolic link.
    case notAFolder
}
