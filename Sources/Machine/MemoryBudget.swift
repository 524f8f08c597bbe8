// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The memory that the process may take, and the part that is reserved for work under way.
///
/// Work reserves the most it may take before it takes any of it. All of that counts as used until
/// the work ends, taken or not, so that work that comes meanwhile does not rely on memory that will
/// be taken. Resident memory does not show whose it is: memory that is known to be held by others
/// is counted in addition to what is reserved, by `count`.
package final class MemoryBudget: Sendable {
    /// Bytes that the process may take; `Int.max` for no limit.
    package let limit: Int
    private let resident: @Sendable () -> Int
    private let state = Mutex(State())

    private struct State {
        /// Bytes that work under way was promised.
        var reserved = 0
        /// Bytes in use once work under way has taken all that it reserved, without those that
        /// others are known to hold.
        var floor = 0
        /// Bytes that others hold.
        var others: [@Sendable () -> Int] = []

        func used(_ resident: Int) -> Int { max(resident, floor + held) }

        var held: Int { others.reduce(0) { $0 + $1() } }
    }

    /// Bytes of a server with one model at rest: 57 MiB, measured by `make soak`.
    private static let servingBytes = 64 << 20

    /// - Parameters:
    ///   - limit: bytes that the process may take; `Int.max` for no limit.
    ///   - resident: bytes that the process has in memory.
    package init(
        limit: Int,
        resident: @escaping @Sendable () -> Int = ProcessMemory.residentBytes
    ) {
        self.limit = limit
        self.resident = resident
    }

    /// The budget that the control group of this process grants.
    package static func ofControlGroup() -> MemoryBudget {
        MemoryBudget(limit: ControlGroup.own().memoryBytesMax ?? .max)
    }

    /// Why memory is not promised.
    package enum Refusal: Error, Equatable {
        /// More than may ever be promised; the most that may, in bytes.
        case aboveMost(Int)
        /// More than is left for now, in bytes.
        case aboveFree(Int)
    }

    /// Memory is short from this number of bytes on: four fifths of the limit.
    package var ampleBytesMax: Int { limit / 5 * 4 }

    /// The most that may be promised: the ample memory without that of a server at rest.
    package var reservableBytesMax: Int { max(0, ampleBytesMax - Self.servingBytes) }

    /// Bytes in memory, and those that were promised and may not be taken yet.
    package var usedBytes: Int { state.withLock { $0.used(resident()) } }

    /// Bytes that work under way was promised.
    package var reservedBytes: Int { state.withLock(\.reserved) }

    /// Counts memory that is not held by work under way, such as that of models and requests.
    package func count(_ bytes: @escaping @Sendable () -> Int) {
        state.withLock { $0.others.append(bytes) }
    }

    /// Promises memory until `giveBack`.
    /// - Parameters:
    ///   - bytes: the size of the reservation.
    ///   - promised: bytes that the same work was promised before.
    /// - Throws: when it would make memory short; nothing is promised then.
    package func reserve(_ bytes: Int, inAdditionTo promised: Int = 0) throws(Refusal) {
        guard bytes <= reservableBytesMax - promised else { throw .aboveMost(reservableBytesMax) }
        if promise(bytes) == nil { return }
        // The allocator does not give freed memory back by itself.
        ProcessMemory.giveBack()
        if let used = promise(bytes) { throw .aboveFree(max(0, ampleBytesMax - used)) }
    }

    /// Ends a promise of `bytes`.
    package func giveBack(_ bytes: Int) {
        state.withLock { state in
            precondition(bytes <= state.reserved, "what was promised is given back once")
            state.reserved -= bytes
            state.floor = state.reserved == 0 ? 0 : state.floor - bytes
        }
    }

    /// - Returns: nil if there is room, else the bytes that are used.
    private func promise(_ bytes: Int) -> Int? {
        state.withLock { state in
            let used = state.used(resident())
            guard used < ampleBytesMax - bytes else { return used }
            state.reserved += bytes
            state.floor = used - state.held + bytes
            return nil
        }
    }
}
