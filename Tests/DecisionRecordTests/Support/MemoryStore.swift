// SPDX-License-Identifier: Apache-2.0

import DecisionRecord
import Foundation
import Synchronization

/// A bucket in memory, which is away as long as it is said to be.
final class MemoryStore: RecordStore {
    struct Object: Sendable {
        var bytes: [UInt8]
        var modified: Int64
    }

    private struct State {
        var objects: [String: Object] = [:]
        var isAway = false
        var now = RecordTiming.systemTime()
    }

    private let state = Mutex(State())

    var names: [String] { state.withLock { $0.objects.keys.sorted() } }

    func setAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }

    func setTime(_ now: Int64) { state.withLock { $0.now = now } }

    func replace(_ name: String, _ bytes: [UInt8]) {
        state.withLock { $0.objects[name] = Object(bytes: bytes, modified: $0.now) }
    }

    private func answer<Value>(
        _ body: (inout State) -> Value
    ) throws(RecordStoreError) -> Value {
        let value = state.withLock { $0.isAway ? nil : body(&$0) }
        guard let value else { throw RecordStoreError("the bucket 'b' is away") }
        return value
    }

    func put(_ name: String, file: String) throws(RecordStoreError) -> Bool {
        let bytes = FileManager.default.contents(atPath: file).map(Array.init) ?? []
        return try answer { state in
            guard state.objects[name] == nil else { return false }
            state.objects[name] = Object(bytes: bytes, modified: state.now)
            return true
        }
    }

    func byteCount(of name: String) throws(RecordStoreError) -> Int? {
        try answer { .some($0.objects[name]?.bytes.count) } ?? nil
    }

    func list(prefix: String) throws(RecordStoreError) -> [RecordStoreEntry] {
        try answer { state in
            state.objects.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }.map {
                RecordStoreEntry(
                    name: $0.key,
                    byteCount: $0.value.bytes.count,
                    modifiedMilliseconds: $0.value.modified
                )
            }
        }
    }

    func get(_ name: String, into sink: (Span<UInt8>) -> Void) throws(RecordStoreError) {
        let bytes = try answer { .some($0.objects[name]?.bytes) } ?? nil
        guard let bytes else { throw RecordStoreError("the object '\(name)' is missing") }
        for start in stride(from: 0, to: bytes.count, by: 1_000) {
            sink(Array(bytes[start..<min(bytes.count, start + 1_000)]).span)
        }
    }

    func touch(_ name: String) throws(RecordStoreError) {
        try answer { $0.objects[name] = Object(bytes: [], modified: $0.now) }
    }

    func delete(_ name: String) throws(RecordStoreError) {
        try answer { $0.objects[name] = nil }
    }
}
