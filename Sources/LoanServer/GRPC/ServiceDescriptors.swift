// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import Protobuf

/// The files of `proto/` that the services are declared in, as google.protobuf.FileDescriptorProto,
/// and where each name is declared.
struct ServiceDescriptors: Sendable {
    private struct File: Sendable {
        let bytes: [UInt8]
        var name = ""
        var imports: [String] = []
    }

    /// The full names of all services.
    private(set) var services: [String] = []
    private var files: [File] = []
    /// The file of each full name.
    private var places: [String: Int] = [:]

    /// Those of the program.
    init() {
        // The bytes are constants of the program.
        let set = unsafe cloan_services()
        let bytes = unsafe [UInt8](UnsafeBufferPointer(start: set.bytes, count: set.count))
        do throws(MessageError) {
            try self.init(set: bytes)
        } catch {
            preconditionFailure("protoc has written the set: \(error)")
        }
    }

    /// - Parameter set: a google.protobuf.FileDescriptorSet.
    init(set: [UInt8]) throws(MessageError) {
        for file in try Self.messages(1, of: set) { try add(file) }
        services.sort()
    }

    /// A file by its name, and after it those that it imports.
    func files(named name: String) -> [[UInt8]] {
        guard let index = files.firstIndex(where: { $0.name == name }) else { return [] }
        return files(from: index)
    }

    /// The file that declares a name, and after it those that it imports.
    func files(declaring name: String) -> [[UInt8]] { places[name].map { files(from: $0) } ?? [] }

    private func files(from index: Int) -> [[UInt8]] {
        var found = [index]
        var next = 0
        while next < found.count {
            for name in files[found[next]].imports {
                if let other = files.firstIndex(where: { $0.name == name }), !found.contains(other)
                {
                    found.append(other)
                }
            }
            next += 1
        }
        return found.map { files[$0].bytes }
    }

    // MARK: Reading

    private mutating func add(_ bytes: [UInt8]) throws(MessageError) {
        let index = files.count
        let package = try Self.texts(2, of: bytes).first ?? ""
        let prefix = package.isEmpty ? "" : "\(package)."
        files.append(
            File(
                bytes: bytes,
                name: try Self.texts(1, of: bytes).first ?? "",
                imports: try Self.texts(3, of: bytes)
            )
        )
        for type in try Self.messages(4, of: bytes) { try add(type: type, prefix, index) }
        for type in try Self.messages(5, of: bytes) { try add(name: type, prefix, index) }
        for service in try Self.messages(6, of: bytes) {
            let name = try add(name: service, prefix, index)
            services.append(name)
            for method in try Self.messages(2, of: service) {
                try add(name: method, "\(name).", index)
            }
        }
    }

    /// A type of messages, with those within it.
    private mutating func add(
        type: [UInt8],
        _ prefix: String,
        _ index: Int
    ) throws(MessageError) {
        let name = try add(name: type, prefix, index)
        for inner in try Self.messages(3, of: type) { try add(type: inner, "\(name).", index) }
        for inner in try Self.messages(4, of: type) { try add(name: inner, "\(name).", index) }
    }

    /// - Returns: the full name of a declaration, whose first field is its name.
    @discardableResult
    private mutating func add(
        name declaration: [UInt8],
        _ prefix: String,
        _ index: Int
    ) throws(MessageError) -> String {
        let name = prefix + (try Self.texts(1, of: declaration).first ?? "")
        places[name] = index
        return name
    }

    private static func messages(
        _ number: UInt32,
        of bytes: [UInt8]
    ) throws(MessageError) -> [[UInt8]] {
        try ProtobufFields.list(of: bytes, fieldsMax: .max)
            .filter { $0.number == number && $0.wireType == .bytes }
            .map { Array(bytes[$0.contents.range]) }
    }

    private static func texts(_ number: UInt32, of bytes: [UInt8]) throws(MessageError) -> [String]
    {
        try messages(number, of: bytes).map { String(decoding: $0, as: UTF8.self) }
    }
}
