// SPDX-License-Identifier: Apache-2.0

package import Access
internal import Foundation
package import LoanService

extension RecordSettings {
    /// What the options of `serve` ask for, checked.
    /// - Parameters:
    ///   - folder: nil records nothing.
    ///   - mode: one of `modes`; nil takes best-effort.
    ///   - place: `s3://BUCKET/PREFIX`; nil keeps segments in the folder.
    ///   - idKeyFile: the file whose content is the key that ids are hashed with.
    /// - Returns: nil where nothing is recorded.
    /// - Throws: `ConfigurationError` naming the option.
    package static func options(
        folder: String?,
        mode: String?,
        place: String?,
        ringBytes: Int?,
        diskBytes: Int?,
        retentionDays: Int?,
        stream: String?,
        idKeyFile: String?
    ) throws(ConfigurationError) -> RecordSettings? {
        let location = try place.map { (text) throws(ConfigurationError) in try Self.place(text) }
        let key = try idKeyFile.map { (path) throws(ConfigurationError) in
            try SecretFile.bytes(path, option: "record-id-key-file")
        }
        do throws(RecordSettings.Problem) {
            return try RecordSettings.of(
                folder: folder,
                mode: mode,
                place: location,
                ringBytes: ringBytes,
                diskBytes: diskBytes,
                retentionDays: retentionDays,
                stream: stream,
                idKey: key
            )
        } catch {
            let value = error.option == "record-id-key-file" ? idKeyFile ?? "" : error.value
            guard !value.isEmpty else {
                throw .unusableStorage(reason: "--\(error.option) \(error.reason)")
            }
            throw .unusable(option: error.option, value: value, reason: error.reason)
        }
    }

    private static func place(_ text: String) throws(ConfigurationError) -> StorageLocation {
        guard let place = PreloadedModel.place(text[...]), case .s3 = place else {
            throw .unusable(
                option: "record-place",
                value: text,
                reason: "is not s3://BUCKET/PREFIX; without it segments stay in the folder of "
                    + "--record"
            )
        }
        return place
    }
}

extension ServerConfiguration {
    /// Checks that the record lies where no request can reach it.
    /// - Throws: `ConfigurationError` for a folder in the storage root, or one that holds it.
    package func checkRecordFolder() throws(ConfigurationError) {
        guard let record else { return }
        let folder = Self.resolved(record.folder)
        let root = Self.resolved(storageRoot)
        guard !Self.isPrefix(root, of: folder) else {
            throw .unusable(
                option: "record",
                value: record.folder,
                reason: "lies in the storage root, which requests may name: give the record a "
                    + "folder of its own"
            )
        }
        guard !Self.isPrefix(folder, of: root) else {
            throw .unusable(
                option: "record",
                value: record.folder,
                reason: "holds the storage root: give the record a folder of its own"
            )
        }
    }

    /// The parts of an absolute path without links, as far as it is there.
    private static func resolved(_ path: String) -> [String] {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.pathComponents
    }

    private static func isPrefix(_ parts: [String], of path: [String]) -> Bool {
        path.starts(with: parts)
    }
}
