// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// The names under which the servers of one fleet serve models, as they are stored.
struct SharedNameList: Codable, Equatable, Sendable {
    /// One folder.
    struct Place: Codable, Equatable, Sendable {
        /// Nil for a folder under the storage root.
        var bucket: String?
        var path: String
    }

    /// Where a model lies.
    struct Places: Codable, Equatable, Sendable {
        var model: Place
        /// Nil where none was named.
        var preprocessor: Place?
        /// True or nil.
        var takesOnlyModel: Bool?
        /// As `ModelIterations` reads them; nil for those up to the best one.
        var iterations: String?
    }

    /// What is known of a name.
    struct Entry: Codable, Equatable, Sendable {
        var places: Places
        var isServed: Bool
        /// The places that a server was last started with for this name; nil for none.
        var declared: Places?
        /// The last change, in seconds since 1970.
        var changed: Double
        /// Another one is another change.
        var stamp: String
    }

    /// How the list is written.
    var format = Self.currentFormat
    var names: [String: Entry] = [:]

    static let currentFormat = 1

    /// What an object of another kind is called in messages.
    struct Unreadable: Error {}

    init() {}

    /// - Throws: `Unreadable` for anything that no server of this format wrote.
    init(_ bytes: [UInt8]) throws(Unreadable) {
        guard let list = try? JSONDecoder().decode(Self.self, from: Data(bytes)),
            list.format == Self.currentFormat, list.names.count <= ServedModels.countMax,
            list.names.keys.allSatisfy({ (try? ModelName.validateVersioned($0)) != nil })
        else { throw Unreadable() }
        self = list
    }

    /// The list as it is stored.
    var bytes: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Array(try encoder.encode(self))
        }
    }

    /// Notes a change, and forgets names that are out of service for long or are too many; names
    /// that servers are started with are remembered, so that a start does not bring them back.
    mutating func set(_ entry: Entry, for name: String) {
        names[name] = entry
        let idle = names.filter { !$0.value.isServed }
            .sorted { $0.value.changed > $1.value.changed }
        let oldest = entry.changed - Double(ServedModels.idleTime.components.seconds)
        for (index, (name, idle)) in idle.enumerated()
        where index >= ServedModels.idleMax || (idle.declared == nil && idle.changed < oldest) {
            names[name] = nil
        }
    }
}

extension SharedNameList.Entry {
    func reference(_ name: String) -> ModelReference { places.reference(name) }
}

extension SharedNameList.Places {
    /// Whether all of it lies where other machines find it.
    var areInBuckets: Bool {
        [model, preprocessor ?? model].allSatisfy { $0.bucket != nil }
    }

    init(_ reference: ModelReference) {
        model = .init(reference.model)
        preprocessor = reference.preprocessor.map { .init($0) }
        takesOnlyModel = reference.takesOnlyModel ? true : nil
        iterations = reference.iterations == .best ? nil : reference.iterations.description
    }

    func reference(_ name: String) -> ModelReference {
        ModelReference(
            model: model.location,
            name: name,
            preprocessor: preprocessor?.location,
            takesOnlyModel: takesOnlyModel ?? false,
            iterations: iterations.flatMap { ModelIterations($0) } ?? .best
        )
    }
}

extension SharedNameList.Place {
    init(_ location: StorageLocation) {
        switch location {
        case .local(let path): (bucket, self.path) = (nil, path)
        case .s3(let bucket, let key): (self.bucket, path) = (bucket, key)
        }
    }

    var location: StorageLocation {
        bucket.map { .s3(bucket: $0, key: path) } ?? .local(path: path)
    }
}
