// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage

/// The models that lie in a folder, as other tools leave them there. Blocking.
///
/// A file of XGBoost is served under its name without the ending, a model that was trained here
/// under its name, and the model of a folder that has one alone under the name of the folder.
struct ModelFolder {
    /// What a listing says.
    struct Listing: Sendable {
        /// One model for each name.
        var models: [ListedModel] = []
        /// Sentences on what cannot be served, by the names that it would have.
        var problems: [String: String] = [:]
    }

    /// Endings of the names of model files.
    static let endings = [".json", ".ubj", ".ubjson", ".bst", ".model", ".xgb", ".joblib"]
    /// What SageMaker's own training calls the file.
    static let wholeName = "xgboost-model"
    /// Objects of a folder and all below it.
    static let objectsMax = 10_000

    private let location: StorageLocation
    private let folder: StorageResolver.Resolved
    private let iterations: ModelIterations

    /// The folder of a location.
    /// - Parameter iterations: those that count of its models.
    init(
        _ location: StorageLocation,
        _ resolver: StorageResolver,
        iterations: ModelIterations = .best
    ) throws(ServiceError) {
        self.location = location
        self.iterations = iterations
        folder = try resolver.resolve(location, as: .model)
        try folder.refuseReserved()
    }

    /// What lies in the folder now.
    func list() throws(ServiceError) -> Listing {
        var files: [String: [File]] = [:]
        for file in try self.files() { files[file.folder, default: []].append(file) }
        var named: [String: [ListedModel]] = [:]
        for (folder, files) in files {
            let models = Self.models(of: files)
            if folder.isEmpty {
                for file in models { named[file.modelName, default: []].append(listed(file)) }
            } else if !models.isEmpty {
                named[folder, default: []] += models.map { listed($0, as: folder) }
            }
        }
        var listing = Listing()
        for (name, models) in named {
            if models.count > 1 {
                let paths = models.map(\.path).sorted().joined(separator: ", ")
                listing.problems[name] =
                    "\(paths) would all be served as \(name): leave one of them, or give each a "
                    + "name of its own"
            } else if (try? ModelName.validate(name)) == nil {
                listing.problems[name] =
                    "\(models[0].path) cannot be served by its name: a model name has 1 to "
                    + "\(ModelName.lengthMax) of A-Z a-z 0-9 . _ - and no leading dot"
            } else {
                listing.models.append(models[0])
            }
        }
        listing.models.sort { $0.reference.name < $1.reference.name }
        return listing
    }

    // MARK: Files

    /// A file that may be a model, or the manifest of a stored one.
    private struct File {
        /// The folder below this one that it lies in; empty for this one.
        let folder: String
        let name: String
        /// Whether it was trained here.
        let isStored: Bool
        let tag: String

        /// The name without the ending of a file of XGBoost.
        var modelName: String {
            if isStored { return name }
            let ending = ModelFolder.endings.first { name.hasSuffix($0) } ?? ""
            return String(name.dropLast(ending.count))
        }

        var path: String { folder.isEmpty ? name : "\(folder)/\(name)" }
    }

    private func files() throws(ServiceError) -> [File] {
        let prefix = folder.key.isEmpty ? "" : folder.key + "/"
        do throws(ObjectStoreError) {
            return try folder.store.list(
                prefix: prefix,
                countMax: Self.objectsMax,
                deadline: .now + .seconds(30)
            ).compactMap { object in
                Self.file(
                    object.key.name.dropFirst(prefix.count),
                    tag: object.metadata.etag.value
                )
            }
        } catch {
            throw ServiceError(error, folder.input)
        }
    }

    /// The file of a path below the folder; nil for one that is no model or lies deeper.
    private static func file(_ path: Substring, tag: String) -> File? {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var folder = ""
        if parts.count > 1, parts[0] != ArtifactLocation.reservedFolder {
            folder = parts.removeFirst()
            // Such as the versions of a volume of Kubernetes, to which its links lead.
            if folder.hasPrefix(".") { return nil }
        }
        let own = [ArtifactLocation.reservedFolder, ArtifactLocation.Kind.model.rawValue]
        if parts.count == 4, Array(parts.prefix(2)) == own, parts[3] == "manifest" {
            return File(folder: folder, name: parts[2], isStored: true, tag: tag)
        }
        guard parts.count == 1, let name = parts.last, !name.hasPrefix("."),
            !name.hasSuffix(ArtifactNames.policyEnding), !name.hasSuffix(ArtifactNames.cardEnding),
            name == wholeName || endings.contains(where: { name.hasSuffix($0) })
        else { return nil }
        return File(folder: folder, name: name, isStored: false, tag: tag)
    }

    /// Of the files of one folder those that are models: not the copies of a stored one.
    private static func models(of files: [File]) -> [File] {
        let stored = Set(files.filter(\.isStored).map(\.name))
        let copies = Set(files.map { ArtifactNames.exported($0.name) })
        return files.filter { file in
            file.isStored || !(stored.contains(file.name) || copies.contains(file.name))
        }
    }

    private func listed(_ file: File, as name: String? = nil) -> ListedModel {
        ListedModel(
            reference: ModelReference(
                model: location.appending(file.path),
                name: name ?? file.modelName,
                preprocessor: nil,
                iterations: iterations
            ),
            path: file.path,
            tag: file.tag
        )
    }
}

/// A model that lies in a folder.
package struct ListedModel: Sendable, Equatable {
    /// The name that it is served under, and its place.
    package let reference: ModelReference
    /// Its file, from the folder on.
    package let path: String
    /// Another tag is another version.
    package let tag: String

    /// A model by its file.
    package init(reference: ModelReference, path: String, tag: String) {
        self.reference = reference
        self.path = path
        self.tag = tag
    }
}

extension StorageLocation {
    /// A place below this one.
    func appending(_ path: String) -> StorageLocation {
        switch self {
        case .local(let folder):
            .local(path: folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)")
        case .s3(let bucket, let key):
            .s3(bucket: bucket, key: key.hasSuffix("/") ? key + path : "\(key)/\(path)")
        }
    }
}
