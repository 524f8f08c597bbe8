// SPDX-License-Identifier: Apache-2.0

import Machine

/// Memory aligned to cache lines, owned by this object and freed with it.
///
/// Proof for the shared pointer and the accessors: the memory lives as long as `self`, holds exactly `byteCount` bytes,
/// and is written before anyone reads it. Writers either fill it in `init`, before anyone else sees
/// the object, or are the single owner of a ``ScoringScratch``.
@safe final class AlignedStorage: Sendable {
    static let alignment = 64

    private let memory: SharedPointer<UnsafeMutableRawPointer>
    let byteCount: Int

    /// Zeroed memory, filled by `fill`.
    init(byteCount: Int, fill: (UnsafeMutableRawBufferPointer) -> Void = { _ in }) {
        let memory = unsafe Self.allocate(byteCount)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        unsafe self.memory = SharedPointer(memory)
        self.byteCount = byteCount
        unsafe fill(UnsafeMutableRawBufferPointer(start: memory, count: byteCount))
    }

    /// Memory that holds anything: for owners that read only what they have written.
    init(unfilledByteCount byteCount: Int) {
        let memory = unsafe Self.allocate(byteCount)
        unsafe self.memory = SharedPointer(memory)
        self.byteCount = byteCount
    }

    /// A copy of `values`, element after element.
    init<Element: BitwiseCopyable>(_ values: [Element]) {
        byteCount = values.count * MemoryLayout<Element>.stride
        let memory = unsafe Self.allocate(byteCount)
        unsafe self.memory = SharedPointer(memory)
        unsafe values.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe memory.copyMemory(from: start, byteCount: source.count)
        }
    }

    /// A copy of the elements of `parts`, part after part.
    init<Element: BitwiseCopyable>(joining parts: [[Element]]) {
        let stride = MemoryLayout<Element>.stride
        byteCount = parts.reduce(0) { $0 + $1.count * stride }
        let memory = unsafe Self.allocate(byteCount)
        unsafe self.memory = SharedPointer(memory)
        var place = unsafe memory
        for part in parts {
            unsafe part.withUnsafeBytes { source in
                guard let start = source.baseAddress else { return }
                unsafe place.copyMemory(from: start, byteCount: source.count)
                unsafe place += source.count
            }
        }
    }

    /// Unfilled memory; only the cache line after its end is zeroed, since vector loads may touch it.
    private static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: byteCount + alignment,
            alignment: alignment
        )
        unsafe (memory + byteCount).initializeMemory(
            as: UInt8.self,
            repeating: 0,
            count: alignment
        )
        return unsafe memory
    }

    deinit {
        unsafe memory.pointer.deallocate()
    }

    /// The memory from byte `offset` on, as elements; valid while `self` lives.
    func pointer<Element>(to type: Element.Type, at offset: Int = 0) -> UnsafePointer<Element> {
        precondition(offset >= 0 && offset <= byteCount, "offsets are computed from sizes")
        return unsafe UnsafePointer((memory.pointer + offset).assumingMemoryBound(to: type))
    }

    /// The same for the single owner of scratch memory.
    func mutablePointer<Element>(
        to type: Element.Type,
        at offset: Int = 0
    ) -> UnsafeMutablePointer<Element> {
        precondition(offset >= 0 && offset <= byteCount, "offsets are computed from sizes")
        return unsafe (memory.pointer + offset).assumingMemoryBound(to: type)
    }
}
