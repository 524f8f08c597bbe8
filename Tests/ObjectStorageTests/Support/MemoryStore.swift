// SPDX-License-Identifier: Apache-2.0

import ObjectStorage
import Synchronization

/// Objects in memory, with a say in every call.
final class MemoryStore: ObjectStore {
    enum Call: CaseIterable {
        case get, put, head, list, delete, copy
    }

    /// What happens to a call.
    enum Fate {
        case works
        case fails(ObjectStoreError)
        /// It works, and its answer is lost.
        case isLost(ObjectStoreError)
        /// It works later, with `arrive()`: its caller has given up by then.
        case isLate(ObjectStoreError)
    }

    /// Asked before every call; `number` counts from 0.
    typealias Judge = @Sendable (_ call: Call, _ key: String, _ number: Int) -> Fate

    private struct State {
        var objects: [String: (bytes: [UInt8], metadata: ObjectMetadata)] = [:]
        var writes = 0
        var calls = 0
        var judge: Judge?
        var late: [@Sendable (inout State) -> Void] = []
    }

    private let state = Mutex(State())

    /// Keys with their bytes.
    var objects: [String: [UInt8]] { state.withLock { $0.objects.mapValues(\.bytes) } }
    /// Calls since the last `judge`.
    var callCount: Int { state.withLock { $0.calls } }

    /// A store with the same objects.
    func copied() -> MemoryStore {
        let copy = MemoryStore()
        let (objects, writes) = state.withLock { ($0.objects, $0.writes) }
        copy.state.withLock { ($0.objects, $0.writes) = (objects, writes) }
        return copy
    }

    /// Does what is late.
    func arrive() {
        state.withLock { state in
            let late = state.late
            state.late = []
            for work in late { work(&state) }
        }
    }

    /// Has all calls judged from now on; nil lets them work.
    func judge(_ judge: Judge?) {
        state.withLock { ($0.judge, $0.calls) = (judge, 0) }
    }

    func get(
        _ key: ObjectKey,
        _ options: ReadOptions,
        deadline: ContinuousClock.Instant,
        into sink: Sink
    ) throws(ObjectStoreError) -> ObjectMetadata {
        let object = try perform(.get, key.name) { (state) throws(ObjectStoreError) in
            guard let object = state.objects[key.name] else { throw .notFound }
            return object
        }
        if let ifMatch = options.ifMatch, ifMatch != object.metadata.etag {
            throw .preconditionFailed
        }
        let start = min(options.range?.offset ?? 0, object.bytes.count)
        let end = min(object.bytes.count, start + (options.range?.length ?? object.bytes.count))
        if end - start > options.bytesMax { throw .tooLarge(bytesMax: options.bytesMax) }
        try sink(object.bytes[start..<end].span)
        return object.metadata
    }

    func put(
        _ key: ObjectKey,
        _ condition: WriteCondition,
        deadline: ContinuousClock.Instant,
        from source: ObjectSource
    ) throws(ObjectStoreError) -> ObjectMetadata {
        var bytes: [UInt8] = []
        while true {
            let before = bytes.count
            try source.read(&bytes, 1 << 20)
            if bytes.count == before { break }
        }
        let written = bytes
        return try perform(.put, key.name) { (state) throws(ObjectStoreError) in
            let present = state.objects[key.name]?.metadata.etag
            let isMet =
                switch condition {
                case .always: true
                case .ifAbsent: present == nil
                case .ifMatch(let tag): present == tag
                }
            guard isMet else { throw .preconditionFailed }
            return Self.store(written, key.name, &state)
        }
    }

    func head(
        _ key: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ObjectMetadata {
        try perform(.head, key.name) { (state) throws(ObjectStoreError) in
            guard let object = state.objects[key.name] else { throw .notFound }
            return object.metadata
        }
    }

    func list(
        prefix: String,
        countMax: Int,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> [ListedObject] {
        try perform(.list, prefix) { (state) throws(ObjectStoreError) in
            var listed: [ListedObject] = []
            for name in state.objects.keys.sorted() where name.hasPrefix(prefix) {
                guard let object = state.objects[name] else { continue }
                listed.append(
                    ListedObject(key: try ObjectKey(name), metadata: object.metadata)
                )
            }
            return listed
        }
    }

    func delete(
        _ key: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        try perform(.delete, key.name) { (state) throws(ObjectStoreError) in
            state.objects[key.name] = nil
        }
    }

    func copy(
        _ source: ObjectKey,
        to target: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        try perform(.copy, target.name) { (state) throws(ObjectStoreError) in
            guard let object = state.objects[source.name] else { throw .notFound }
            _ = Self.store(object.bytes, target.name, &state)
        }
    }

    func map(_ key: ObjectKey) throws(ObjectStoreError) -> MappedObject? { nil }

    func rehearse(
        _ write: PlannedWrite,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {}

    private static func store(
        _ bytes: [UInt8],
        _ name: String,
        _ state: inout State
    ) -> ObjectMetadata {
        state.writes += 1
        let metadata = ObjectMetadata(
            size: bytes.count,
            etag: ETag("\(state.writes)"),
            modified: 0
        )
        state.objects[name] = (bytes, metadata)
        return metadata
    }

    private func perform<Value: Sendable>(
        _ call: Call,
        _ key: String,
        _ body: @escaping @Sendable (inout State) throws(ObjectStoreError) -> Value
    ) throws(ObjectStoreError) -> Value {
        let result = state.withLock { state -> Result<Value, ObjectStoreError> in
            let fate = state.judge?(call, key, state.calls) ?? .works
            state.calls += 1
            if case .fails(let error) = fate { return .failure(error) }
            if case .isLate(let error) = fate {
                state.late.append { _ = try? body(&$0) }
                return .failure(error)
            }
            let result: Result<Value, ObjectStoreError>
            do throws(ObjectStoreError) {
                result = .success(try body(&state))
            } catch {
                result = .failure(error)
            }
            if case .isLost(let error) = fate { return .failure(error) }
            return result
        }
        return try result.get()
    }
}
